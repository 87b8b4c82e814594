"""The promise of the port `EventBus`, on every implementation."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from google.cloud.pubsub_v1 import PublisherClient

from devstack.pubsub import emulator
from shared.errors import Misconfigured, Transient
from shared.events import EventBus, Parked
from shared.events.pubsub import PubSubBus
from tests.contract.conftest import PROJECT
from tests.fakes.events import InMemoryBus

TOPIC = f"projects/{PROJECT}/topics/parked"
SUBSCRIPTION = f"projects/{PROJECT}/subscriptions/parked"
PARKED = Parked("bad-picture", "handling", "kein Bild: größe", {"id": "7", "data": {"name": "ä.jpg"}})


@dataclass(frozen=True)
class World:
    """A bus under test, and what it has kept: reason, stage, message and event."""

    bus: EventBus
    kept: Callable[[], list[tuple[str, str, str, Any]]]


def _in_memory() -> World:
    bus = InMemoryBus()
    return World(bus, lambda: [(kept.reason, kept.stage, kept.message, kept.event) for kept in bus.parked])


@pytest.fixture(params=["in-memory", "pubsub"])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    if request.param == "in-memory":
        yield _in_memory()
        return
    publisher: PublisherClient = request.getfixturevalue("publisher")
    publisher.create_topic(name=TOPIC)
    with emulator.subscriber(request.getfixturevalue("pubsub_host")) as subscriber:
        subscriber.create_subscription(name=SUBSCRIPTION, topic=TOPIC)

        def kept() -> list[tuple[str, str, str, Any]]:
            pulled = subscriber.pull(subscription=SUBSCRIPTION, max_messages=10, timeout=5)
            found = []
            for received in pulled.received_messages:
                body = json.loads(received.message.data)
                about = received.message.attributes
                found.append((about["reason"], about["stage"], body["message"], body["event"]))
            return found

        yield World(PubSubBus(publisher, TOPIC), kept)


def test_a_parked_event_is_kept_with_its_reason_when_park_returns(world: World) -> None:
    world.bus.park(PARKED)
    assert world.kept() == [(PARKED.reason, PARKED.stage, PARKED.message, PARKED.event)]


def test_a_missing_topic_is_misconfigured(publisher: PublisherClient) -> None:
    with pytest.raises(Misconfigured, match=r"^PARKED_TOPIC: .*roles/pubsub.publisher"):
        PubSubBus(publisher, f"projects/{PROJECT}/topics/no-such-topic").park(PARKED)


def test_a_bus_that_cannot_be_reached_is_transient() -> None:
    unreachable = emulator.publisher("127.0.0.1:1")
    try:
        with pytest.raises(Transient):
            PubSubBus(unreachable, TOPIC, timeout=0.5).park(PARKED)
    finally:
        unreachable.stop()
        unreachable.transport.close()
