"""Messages and their delivery as users rely on them, on the emulator and the stand-in, by Google's client."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from google.api_core import exceptions
from google.cloud.pubsub_v1 import PublisherClient, SubscriberClient
from google.cloud.pubsub_v1.subscriber.message import Message
from google.cloud.pubsub_v1.types import FlowControl
from google.pubsub_v1 import PublisherClient as PlainPublisher
from google.pubsub_v1 import PubsubMessage, ReceivedMessage

Subscribe = Callable[..., str]

_SHORT_RETRY = {
    "minimum_backoff": timedelta(milliseconds=100),
    "maximum_backoff": timedelta(milliseconds=200),
}


def _pull(client: SubscriberClient, subscription: str, patience: float = 10.0) -> list[ReceivedMessage]:
    """Pull until something comes; an empty list when nothing does."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        received = client.pull(subscription=subscription, max_messages=100, timeout=5).received_messages
        if received:
            return list(received)
    return []


def _ack(client: SubscriberClient, subscription: str, received: list[ReceivedMessage]) -> None:
    client.acknowledge(subscription=subscription, ack_ids=[message.ack_id for message in received])


def _nack(client: SubscriberClient, subscription: str, received: list[ReceivedMessage]) -> None:
    ids = [message.ack_id for message in received]
    client.modify_ack_deadline(subscription=subscription, ack_ids=ids, ack_deadline_seconds=0)


def _is_empty(client: SubscriberClient, subscription: str) -> bool:
    """Both servers would answer an empty pull after two seconds; half a second tells as much."""
    try:
        return not client.pull(
            subscription=subscription, max_messages=1, retry=None, timeout=0.5
        ).received_messages
    except exceptions.DeadlineExceeded:
        return True


def test_a_message_arrives_whole_at_every_subscription(
    topic: str, publisher: PublisherClient, subscriber: SubscriberClient, subscribe: Subscribe
) -> None:
    names = [subscribe("first"), subscribe("second")]
    before = datetime.now(UTC) - timedelta(seconds=1)
    published = publisher.publish(topic, b"\x00data\xff", objectId="products/1/ä.jpg").result(timeout=10)
    for name in names:
        (received,) = _pull(subscriber, name)
        assert received.message.message_id == published
        assert received.message.data == b"\x00data\xff"
        assert dict(received.message.attributes) == {"objectId": "products/1/ä.jpg"}
        assert before < received.message.publish_time < datetime.now(UTC) + timedelta(seconds=1)
        assert received.delivery_attempt == 0


def test_messages_published_before_the_subscription_are_not_delivered(
    topic: str, publisher: PublisherClient, subscriber: SubscriberClient, subscribe: Subscribe
) -> None:
    publisher.publish(topic, b"early").result(timeout=10)
    assert _is_empty(subscriber, subscribe())


def test_message_ids_are_distinct(topic: str, publisher: PublisherClient) -> None:
    futures = [publisher.publish(topic, b"data") for _ in range(20)]
    assert len({future.result(timeout=10) for future in futures}) == 20


def test_a_message_of_attributes_alone_is_fine(topic: str, publisher: PublisherClient) -> None:
    assert publisher.publish(topic, b"", eventType="OBJECT_DELETE").result(timeout=10)


@pytest.mark.parametrize(
    "messages", [[], [PubsubMessage()], [PubsubMessage(data=b"x")] * 1_001], ids=["none", "empty", "too many"]
)
def test_a_publish_request_outside_the_limits_is_refused(
    topic: str, publisher: PublisherClient, messages: list[PubsubMessage]
) -> None:
    with pytest.raises(exceptions.InvalidArgument):
        PlainPublisher(transport=publisher.transport).publish(topic=topic, messages=messages)


@pytest.fixture
def one_waiting(topic: str, publisher: PublisherClient, subscribe: Subscribe) -> str:
    """A subscription with one message to pull."""
    name = subscribe()
    publisher.publish(topic, b"data").result(timeout=10)
    return name


def test_an_acknowledged_message_does_not_come_back(subscriber: SubscriberClient, one_waiting: str) -> None:
    received = _pull(subscriber, one_waiting)
    _ack(subscriber, one_waiting, received)
    _nack(subscriber, one_waiting, received)
    assert _is_empty(subscriber, one_waiting)


def test_a_leased_message_is_nobody_elses(subscriber: SubscriberClient, one_waiting: str) -> None:
    assert len(_pull(subscriber, one_waiting)) == 1
    assert _is_empty(subscriber, one_waiting)


def test_acknowledging_twice_is_fine(subscriber: SubscriberClient, one_waiting: str) -> None:
    received = _pull(subscriber, one_waiting)
    _ack(subscriber, one_waiting, received)
    _ack(subscriber, one_waiting, received)


def test_a_refused_message_comes_back_with_the_same_id(
    topic: str, publisher: PublisherClient, subscriber: SubscriberClient, subscribe: Subscribe
) -> None:
    name = subscribe()
    published = publisher.publish(topic, b"data").result(timeout=10)
    first = _pull(subscriber, name)
    _nack(subscriber, name, first)
    second = _pull(subscriber, name)
    assert [received.message.message_id for received in first + second] == [published, published]
    assert first[0].ack_id != second[0].ack_id


def test_a_message_nobody_acknowledges_comes_back_after_its_deadline(
    subscriber: SubscriberClient, one_waiting: str
) -> None:
    received = _pull(subscriber, one_waiting)
    ids = [message.ack_id for message in received]
    subscriber.modify_ack_deadline(subscription=one_waiting, ack_ids=ids, ack_deadline_seconds=1)
    assert _is_empty(subscriber, one_waiting)
    assert _pull(subscriber, one_waiting)


def test_an_ack_id_of_another_subscription_is_refused(
    topic: str, publisher: PublisherClient, subscriber: SubscriberClient, subscribe: Subscribe
) -> None:
    first, second = subscribe("first"), subscribe("second")
    publisher.publish(topic, b"data").result(timeout=10)
    received = _pull(subscriber, first)
    with pytest.raises(exceptions.InvalidArgument):
        _ack(subscriber, second, received)


def test_a_pull_asks_for_at_least_one_message(subscriber: SubscriberClient, subscribe: Subscribe) -> None:
    with pytest.raises(exceptions.InvalidArgument):
        subscriber.pull(subscription=subscribe(), max_messages=0)


def test_a_pull_returns_no_more_than_asked_for(
    topic: str, publisher: PublisherClient, subscriber: SubscriberClient, subscribe: Subscribe
) -> None:
    name = subscribe()
    for future in [publisher.publish(topic, b"data") for _ in range(5)]:
        future.result(timeout=10)
    assert 1 <= len(subscriber.pull(subscription=name, max_messages=3).received_messages) <= 3


def test_a_message_refused_too_often_becomes_a_dead_letter(
    project: str, topic: str, publisher: PublisherClient, subscriber: SubscriberClient, subscribe: Subscribe
) -> None:
    dead = f"{project}/topics/dead-letter"
    publisher.create_topic(name=dead)
    letters = subscribe("letters", topic=dead)
    policy = {"dead_letter_topic": dead, "max_delivery_attempts": 5}
    name = subscribe(retry_policy=_SHORT_RETRY, dead_letter_policy=policy)
    publisher.publish(topic, b"poison", objectId="x").result(timeout=10)
    attempts: list[int | None] = []

    def refuse(message: Message) -> None:
        attempts.append(message.delivery_attempt)
        message.nack()

    stream = subscriber.subscribe(name, refuse)
    try:
        (letter,) = _pull(subscriber, letters, patience=20)
    finally:
        stream.cancel()
        stream.result(timeout=10)
    assert attempts == [1, 2, 3, 4, 5]
    assert letter.message.data == b"poison"
    _check_source(project, dict(letter.message.attributes))


def _check_source(project: str, attributes: dict[str, str]) -> None:
    prefix = "CloudPubSubDeadLetterSource"
    published = datetime.fromisoformat(attributes.pop(f"{prefix}TopicPublishTime"))
    assert abs(published - datetime.now(UTC)) < timedelta(minutes=1)
    assert attributes == {
        "objectId": "x",
        f"{prefix}DeliveryCount": "5",
        f"{prefix}Subscription": "pictures",
        f"{prefix}SubscriptionProject": project.removeprefix("projects/"),
    }


def test_a_stream_delivers_redelivers_and_stops(
    topic: str, publisher: PublisherClient, subscriber: SubscriberClient, subscribe: Subscribe
) -> None:
    seen: dict[bytes, int] = {}
    done = threading.Event()

    def receive(message: Message) -> None:
        seen[message.data] = seen.get(message.data, 0) + 1
        if message.data == b"second" and seen[message.data] == 1:
            message.nack()
        else:
            message.ack()
        if seen == {b"first": 1, b"second": 2}:
            done.set()

    name = subscribe()
    future = subscriber.subscribe(name, receive)
    try:
        for data in (b"first", b"second"):
            publisher.publish(topic, data).result(timeout=10)
        assert done.wait(timeout=15), seen
    finally:
        future.cancel()
        future.result(timeout=10)
    assert seen == {b"first": 1, b"second": 2}
    time.sleep(0.1)
    assert _is_empty(subscriber, name)


def test_a_stream_of_an_unknown_subscription_fails(project: str, subscriber: SubscriberClient) -> None:
    future = subscriber.subscribe(f"{project}/subscriptions/nothing", lambda message: message.ack())
    with pytest.raises(exceptions.NotFound):
        future.result(timeout=10)


def test_a_stream_respects_the_limit_of_outstanding_messages(
    topic: str, publisher: PublisherClient, subscriber: SubscriberClient, subscribe: Subscribe
) -> None:
    held: list[Message] = []
    name = subscribe()
    for future in [publisher.publish(topic, b"data") for _ in range(10)]:
        future.result(timeout=10)
    stream = subscriber.subscribe(name, held.append, flow_control=FlowControl(max_messages=3))
    try:
        deadline = time.monotonic() + 10
        while len(held) < 3 and time.monotonic() < deadline:
            time.sleep(0.05)
        assert len(held) == 3
        for message in held:
            message.ack()
        while len(held) < 6 and time.monotonic() < deadline:
            time.sleep(0.05)
        assert len(held) == 6
    finally:
        stream.cancel()
        stream.result(timeout=10)
