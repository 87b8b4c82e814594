"""The port `EventBus` on every implementation, and what the operator's commands do with Pub/Sub."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from google.cloud.pubsub_v1 import PublisherClient, SubscriberClient

from shared.events import EventBus, Leased, Parked
from shared.events.pubsub import ParkedQueue, PictureTopic, PubSubBus
from tests.contract.conftest import path
from tests.fakes.events import InMemoryBus

REFUSED = Parked(
    "bad-picture", "labeling", "kein Bild: größe", {"id": "7", "data": {"name": "ä.jpg"}}, "ä.jpg", "h=="
)

Queue = Callable[..., ParkedQueue]


@pytest.fixture
def bus(publisher: PublisherClient, place: str) -> PubSubBus:
    return PubSubBus(publisher, path("topics", place))


@pytest.fixture
def queue(subscriber: SubscriberClient, place: str) -> Queue:
    return lambda **options: ParkedQueue(subscriber, path("subscriptions", place), quiet=0.5, **options)


def park(bus: EventBus, count: int) -> None:
    for number in range(count):
        bus.park(Parked(f"reason-{number}", "handling", "", {}))


def reasons(leased: list[Leased]) -> list[str]:
    return [event.parked.reason for event in leased]


@pytest.fixture(params=["in-memory", "pubsub"])
def world(request: pytest.FixtureRequest) -> tuple[EventBus, Callable[[], list[Parked]]]:
    """A bus, and what it has kept."""
    if request.param == "in-memory":
        memory = InMemoryBus()
        return memory, lambda: memory.parked
    queue: Queue = request.getfixturevalue("queue")
    return request.getfixturevalue("bus"), lambda: [each.parked for each in queue().lease(10)]


def test_a_parked_event_is_kept_whole_when_park_returns(
    world: tuple[EventBus, Callable[[], list[Parked]]],
) -> None:
    bus, kept = world
    bus.park(REFUSED)
    assert kept() == [REFUSED]


def test_reason_and_stage_can_be_filtered_by_and_another_look_is_asked_for_in_the_words_of_the_events(
    publisher: PublisherClient, subscriber: SubscriberClient, bus: PubSubBus, place: str
) -> None:
    bus.park(REFUSED)
    pictures = PictureTopic(publisher, path("topics", place))
    for asked in (
        pictures.ask("shop", "products/größe 7/ä.jpg"),
        pictures.ask("shop", "b.jpg", retry_refused=True),
    ):
        asked.wait()
        assert asked.done()
    pulled = subscriber.pull(subscription=path("subscriptions", place), max_messages=10, timeout=5)
    assert [dict(received.message.attributes) for received in pulled.received_messages] == [
        {"reason": "bad-picture", "stage": "labeling", "picture": "ä.jpg", "contentHash": "h=="},
        {"eventType": "LOOK_AGAIN", "bucketId": "shop", "objectId": "products/größe 7/ä.jpg"},
        {"eventType": "LOOK_AGAIN", "bucketId": "shop", "objectId": "b.jpg", "retryRefused": "true"},
    ]


def test_a_message_of_another_kind_is_leased_as_unreadable(
    publisher: PublisherClient, queue: Queue, place: str
) -> None:
    publisher.publish(path("topics", place), b"[1]").result(timeout=5)
    [leased] = queue().lease(10)
    assert (leased.parked.reason, leased.parked.event) == ("unreadable", {})


def test_what_is_leased_is_nobody_elses_oldest_first_until_it_is_given_back_or_gone(
    bus: PubSubBus, queue: Queue
) -> None:
    park(bus, 3)
    mine, theirs = queue(), queue()
    first, second = mine.lease(2), theirs.lease(10)
    assert (reasons(first), reasons(second)) == (["reason-0", "reason-1"], ["reason-2"])
    mine.give_back(first)
    theirs.give_back(second)
    leased = theirs.lease(10)
    assert reasons(leased) == ["reason-0", "reason-1", "reason-2"]
    theirs.remove(leased[:1])
    theirs.give_back(leased[1:])
    assert reasons(mine.lease(10)) == ["reason-1", "reason-2"]


def test_what_is_leased_is_given_back_when_the_leasing_is_interrupted(bus: PubSubBus, queue: Queue) -> None:
    park(bus, 2)
    looks = iter([0.0, 0.0])

    def interrupted() -> float:
        for time in looks:
            return time
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        queue(clock=interrupted).lease(10)
    assert reasons(queue().lease(10)) == ["reason-0", "reason-1"]
