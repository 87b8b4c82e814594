"""What the operator's commands do with Pub/Sub: ask for another look, and work on parked events."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from google.cloud.pubsub_v1 import PublisherClient, SubscriberClient

from devstack.pubsub import emulator
from shared.errors import Misconfigured, Transient
from shared.events import Leased, Parked
from shared.events.pubsub import ParkedQueue, PictureTopic, PubSubBus
from tests.contract.conftest import PROJECT

REFUSED = Parked(
    "bad-picture", "labeling", "kein Bild: größe", {"id": "7"}, picture="ä.jpg", content_hash="h=="
)
_numbers = itertools.count()


@pytest.fixture
def place(publisher: PublisherClient, subscriber: SubscriberClient) -> str:
    """A topic and a subscription of the test's own, of the same name."""
    name = f"operating-{next(_numbers)}"
    publisher.create_topic(name=topic(name))
    subscriber.create_subscription(name=subscription(name), topic=topic(name), ack_deadline_seconds=10)
    return name


@pytest.fixture(scope="module")
def subscriber(pubsub_host: str) -> Iterator[SubscriberClient]:
    with emulator.subscriber(pubsub_host) as client:
        yield client


def topic(name: str) -> str:
    return f"projects/{PROJECT}/topics/{name}"


def subscription(name: str) -> str:
    return f"projects/{PROJECT}/subscriptions/{name}"


def queue(subscriber: SubscriberClient, place: str) -> ParkedQueue:
    return ParkedQueue(subscriber, subscription(place), quiet=0.5)


@contextmanager
def unreachable() -> Iterator[PublisherClient]:
    client = emulator.publisher("127.0.0.1:1")
    yield client
    client.stop()
    for thread in threading.enumerate():
        if thread.name == "Thread-CommitBatchPublisher":
            thread.join()  # it may try once more, which without a channel is an error
    client.transport.close()


def test_another_look_is_asked_for_in_the_words_of_the_events(
    publisher: PublisherClient, subscriber: SubscriberClient, place: str
) -> None:
    pictures = PictureTopic(publisher, topic(place))
    asked = [
        pictures.ask("shop", "products/größe 7/ä.jpg"),
        pictures.ask("shop", "b.jpg", retry_refused=True),
    ]
    for confirmation in asked:
        confirmation.wait()
        assert confirmation.done()
    pulled = subscriber.pull(subscription=subscription(place), max_messages=10, timeout=5)
    messages = [dict(received.message.attributes) for received in pulled.received_messages]
    assert sorted(messages, key=lambda message: message["objectId"]) == [
        {"eventType": "LOOK_AGAIN", "bucketId": "shop", "objectId": "b.jpg", "retryRefused": "true"},
        {"eventType": "LOOK_AGAIN", "bucketId": "shop", "objectId": "products/größe 7/ä.jpg"},
    ]


def test_asking_on_a_missing_topic_is_misconfigured(publisher: PublisherClient) -> None:
    asked = PictureTopic(publisher, topic("no-such-topic")).ask("shop", "a.jpg")
    with pytest.raises(Misconfigured, match=r"^PICTURE_TOPIC: .*roles/pubsub.publisher"):
        asked.wait()


def test_asking_nobody_is_transient() -> None:
    with unreachable() as client, pytest.raises(Transient):
        PictureTopic(client, topic("any"), timeout=0.5).ask("shop", "a.jpg").wait()


def test_what_was_parked_is_leased_as_it_was(
    publisher: PublisherClient, subscriber: SubscriberClient, place: str
) -> None:
    PubSubBus(publisher, topic(place)).park(REFUSED)
    [leased] = queue(subscriber, place).lease(10)
    assert leased.parked == REFUSED


def test_a_message_of_another_kind_is_leased_as_unreadable(
    publisher: PublisherClient, subscriber: SubscriberClient, place: str
) -> None:
    publisher.publish(topic(place), b"[1]").result(timeout=5)
    [leased] = queue(subscriber, place).lease(10)
    assert (leased.parked.reason, leased.parked.event) == ("unreadable", {})


def parked(publisher: PublisherClient, place: str, count: int) -> None:
    bus = PubSubBus(publisher, topic(place))
    for number in range(count):
        bus.park(Parked(f"reason-{number}", "handling", "", {}))


def reasons(leased: list[Leased]) -> list[str]:
    return [event.parked.reason for event in leased]


def test_no_more_is_leased_than_asked_for_and_oldest_first(
    publisher: PublisherClient, subscriber: SubscriberClient, place: str
) -> None:
    parked(publisher, place, 5)
    assert reasons(queue(subscriber, place).lease(3)) == ["reason-0", "reason-1", "reason-2"]


def test_what_is_leased_is_nobody_elses_until_it_is_given_back(
    publisher: PublisherClient, subscriber: SubscriberClient, place: str
) -> None:
    parked(publisher, place, 2)
    mine, theirs = queue(subscriber, place), queue(subscriber, place)
    leased = mine.lease(10)
    assert theirs.lease(10) == []
    mine.give_back(leased)
    assert reasons(theirs.lease(10)) == ["reason-0", "reason-1"]


def test_what_is_leased_is_given_back_when_the_leasing_is_interrupted(
    publisher: PublisherClient, subscriber: SubscriberClient, place: str
) -> None:
    parked(publisher, place, 2)
    looks = iter([0.0, 0.0])

    def interrupted() -> float:
        for time in looks:
            return time
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ParkedQueue(subscriber, subscription(place), quiet=0.5, clock=interrupted).lease(10)
    assert reasons(queue(subscriber, place).lease(10)) == ["reason-0", "reason-1"]


def test_what_is_removed_is_gone_and_the_rest_is_there(
    publisher: PublisherClient, subscriber: SubscriberClient, place: str
) -> None:
    parked(publisher, place, 2)
    held = queue(subscriber, place)
    first, second = held.lease(10)
    held.remove([first])
    held.give_back([second])
    assert reasons(held.lease(10)) == ["reason-1"]


def test_a_missing_subscription_is_misconfigured(subscriber: SubscriberClient) -> None:
    with pytest.raises(Misconfigured, match=r"^PARKED_SUBSCRIPTION: .*roles/pubsub.subscriber"):
        queue(subscriber, "no-such-subscription").lease(1)
