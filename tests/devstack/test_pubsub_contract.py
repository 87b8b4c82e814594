"""Pub/Sub as users rely on it, on the emulator and the stand-in, by Google's client."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from google.api_core import exceptions
from google.cloud.pubsub_v1.subscriber.message import Message
from google.cloud.pubsub_v1.types import FlowControl
from google.pubsub_v1 import PublisherClient as PlainPublisher
from google.pubsub_v1 import PubsubMessage

from tests.devstack.hub import Hub
from tests.outside import eventually


@pytest.mark.parametrize(
    "name", ["ab", "a" * 256, "1abc", "goog-pictures", "with space", "with/slash", "", "-abc"]
)
def test_a_name_outside_the_rules_is_refused(hub: Hub, name: str) -> None:
    with pytest.raises(exceptions.InvalidArgument):
        hub.create(name)


@pytest.mark.parametrize("name", ["abc", "a" * 255, "a-b_c.d~e+f%20"])
def test_a_name_within_the_rules_is_taken(hub: Hub, name: str) -> None:
    full = f"{hub.project}/topics/{name}"
    assert hub.publisher.create_topic(name=full).name == full


def test_topics_and_subscriptions_are_created_once_and_listed_by_project_and_page(hub: Hub) -> None:
    topics = [hub.topic, *(hub.create(f"topic-{number}") for number in range(4))]
    subscriptions = [hub.subscribe("first"), hub.subscribe("second")]
    hub.publisher.create_topic(name=f"{hub.project}-other/topics/topic-0")
    again: tuple[Callable[[], object], ...] = (
        lambda: hub.create("pictures"),
        lambda: hub.subscribe("second"),
    )
    for create in again:
        with pytest.raises(exceptions.AlreadyExists):
            create()
    listed = hub.publisher.list_topics(request={"project": hub.project, "page_size": 2})
    assert sorted(topic.name for topic in listed) == sorted(topics)
    found = hub.subscriber.list_subscriptions(project=hub.project)
    assert sorted(each.name for each in found) == subscriptions


def test_what_is_deleted_is_gone_and_a_subscription_says_so_of_its_topic(hub: Hub) -> None:
    subscription = hub.subscribe()
    hub.publisher.delete_topic(topic=hub.topic)
    with pytest.raises(exceptions.NotFound):
        hub.publisher.get_topic(topic=hub.topic)
    assert hub.subscriber.get_subscription(subscription=subscription).topic == "_deleted-topic_"
    hub.subscriber.delete_subscription(subscription=subscription)
    with pytest.raises(exceptions.NotFound):
        hub.subscriber.get_subscription(subscription=subscription)


def test_what_was_never_created_is_not_found(hub: Hub) -> None:
    topic, subscription = f"{hub.project}/topics/nothing", f"{hub.project}/subscriptions/nothing"
    calls: tuple[Callable[[], object], ...] = (
        lambda: hub.publisher.delete_topic(topic=topic),
        lambda: hub.publisher.publish(topic, b"data").result(timeout=10),
        lambda: hub.subscribe(topic=topic),
        lambda: hub.subscriber.pull(subscription=subscription, max_messages=1),
        lambda: hub.subscriber.delete_subscription(subscription=subscription),
        lambda: hub.subscriber.subscribe(subscription, lambda message: message.ack()).result(timeout=10),
    )
    for call in calls:
        with pytest.raises(exceptions.NotFound):
            call()


def test_a_subscription_keeps_its_settings_and_has_an_ack_deadline_of_ten_seconds(hub: Hub) -> None:
    retry = {"minimum_backoff": timedelta(milliseconds=100), "maximum_backoff": timedelta(milliseconds=200)}
    letters = {"dead_letter_topic": hub.topic, "max_delivery_attempts": 7}
    name = hub.subscribe(ack_deadline_seconds=20, retry_policy=retry, dead_letter_policy=letters)
    kept = hub.subscriber.get_subscription(subscription=name)
    assert (kept.topic, kept.ack_deadline_seconds) == (hub.topic, 20)
    assert {each: getattr(kept.retry_policy, each) for each in retry} == retry
    assert {each: getattr(kept.dead_letter_policy, each) for each in letters} == letters
    plain = hub.subscriber.get_subscription(subscription=hub.subscribe("plain"))
    assert plain.ack_deadline_seconds == 10


def seconds(**settings: int) -> dict[str, timedelta]:
    return {name: timedelta(seconds=value) for name, value in settings.items()}


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("ack_deadline_seconds", 601, exceptions.InvalidArgument),
        ("retry_policy", seconds(maximum_backoff=601), exceptions.InvalidArgument),
        ("retry_policy", seconds(minimum_backoff=2, maximum_backoff=1), exceptions.InvalidArgument),
        ("dead_letter_policy", {"max_delivery_attempts": 4}, exceptions.OutOfRange),
        ("dead_letter_policy", {"max_delivery_attempts": 101}, exceptions.OutOfRange),
        ("dead_letter_policy", {"dead_letter_topic": "projects/nobody/topics/nothing"}, exceptions.NotFound),
    ],
)
def test_wrong_settings_are_refused(
    hub: Hub, name: str, value: dict[str, object], error: type[Exception]
) -> None:
    wanted = {"dead_letter_topic": hub.topic, **value} if name == "dead_letter_policy" else value
    with pytest.raises(error):
        hub.subscribe(**{name: wanted})


def test_a_message_arrives_whole_at_every_subscription_that_was_there(hub: Hub) -> None:
    hub.publish(b"early")
    names = [hub.subscribe("first"), hub.subscribe("second")]
    before = datetime.now(UTC) - timedelta(seconds=1)
    published = hub.publish(b"\x00data\xff", objectId="products/1/ä.jpg")
    for name in names:
        (received,) = hub.pull(name)
        message = received.message
        assert (message.message_id, message.data) == (published, b"\x00data\xff")
        assert dict(message.attributes) == {"objectId": "products/1/ä.jpg"}
        assert before < message.publish_time < datetime.now(UTC) + timedelta(seconds=1)
        assert received.delivery_attempt == 0


def test_message_ids_are_distinct_and_attributes_alone_are_fine(hub: Hub) -> None:
    futures = [hub.publisher.publish(hub.topic, b"", eventType="OBJECT_DELETE") for _ in range(20)]
    assert len({future.result(timeout=10) for future in futures}) == 20


@pytest.mark.parametrize(
    "messages", [[], [PubsubMessage()], [PubsubMessage(data=b"x")] * 1_001], ids=["none", "empty", "too many"]
)
def test_a_publish_request_outside_the_limits_is_refused(hub: Hub, messages: list[PubsubMessage]) -> None:
    with pytest.raises(exceptions.InvalidArgument):
        PlainPublisher(transport=hub.publisher.transport).publish(topic=hub.topic, messages=messages)


def test_a_leased_message_is_nobody_elses_and_an_acknowledged_one_does_not_come_back(hub: Hub) -> None:
    name = hub.subscribe()
    hub.publish()
    received = hub.pull(name)
    assert hub.is_empty(name)
    hub.ack(name, received)
    hub.ack(name, received)
    hub.lease(name, received)
    assert hub.is_empty(name)


def test_a_refused_message_comes_back_at_once_and_one_nobody_acknowledges_at_its_deadline(
    hub: Hub,
) -> None:
    name = hub.subscribe()
    published = hub.publish()
    first = hub.pull(name)
    hub.lease(name, first)
    second = hub.pull(name)
    assert first[0].ack_id != second[0].ack_id
    hub.lease(name, second, seconds=1)
    assert hub.is_empty(name)
    third = hub.pull(name)
    assert [each.message.message_id for each in first + second + third] == [published] * 3


def test_an_ack_id_of_another_subscription_is_refused(hub: Hub) -> None:
    first, second = hub.subscribe("first"), hub.subscribe("second")
    hub.publish()
    received = hub.pull(first)
    with pytest.raises(exceptions.InvalidArgument):
        hub.ack(second, received)


def test_a_pull_asks_for_at_least_one_message_and_returns_no_more_than_asked_for(hub: Hub) -> None:
    name = hub.subscribe()
    for _ in range(5):
        hub.publish()
    with pytest.raises(exceptions.InvalidArgument):
        hub.subscriber.pull(subscription=name, max_messages=0)
    assert 1 <= len(hub.subscriber.pull(subscription=name, max_messages=3).received_messages) <= 3


def test_a_message_refused_too_often_becomes_a_dead_letter(hub: Hub) -> None:
    name, letters = hub.dead_lettered(milliseconds=100)
    hub.publish(b"poison", objectId="x")
    attempts: list[int | None] = []

    def refuse(message: Message) -> None:
        attempts.append(message.delivery_attempt)
        message.nack()

    with hub.streaming(name, refuse):
        (letter,) = hub.pull(letters, patience=20)
    assert (attempts, letter.message.data) == ([1, 2, 3, 4, 5], b"poison")
    prefix, about = "CloudPubSubDeadLetterSource", dict(letter.message.attributes)
    published = datetime.fromisoformat(about.pop(f"{prefix}TopicPublishTime"))
    assert abs(published - datetime.now(UTC)) < timedelta(minutes=1)
    assert about == {
        "objectId": "x",
        f"{prefix}DeliveryCount": "5",
        f"{prefix}Subscription": "pictures",
        f"{prefix}SubscriptionProject": hub.project.removeprefix("projects/"),
    }


def test_a_stream_delivers_redelivers_and_stops(hub: Hub) -> None:
    seen: dict[bytes, int] = {}

    def receive(message: Message) -> None:
        seen[message.data] = seen.get(message.data, 0) + 1
        if message.data == b"second" and seen[message.data] == 1:
            message.nack()
        else:
            message.ack()

    name = hub.subscribe()
    with hub.streaming(name, receive):
        for data in (b"first", b"second"):
            hub.publish(data)
        eventually(lambda: seen, lambda counts: counts == {b"first": 1, b"second": 2})
    time.sleep(0.1)
    assert hub.is_empty(name)
    assert seen == {b"first": 1, b"second": 2}


def test_a_stream_respects_the_limit_of_outstanding_messages(hub: Hub) -> None:
    held: list[Message] = []
    name = hub.subscribe()
    for _ in range(10):
        hub.publish()
    with hub.streaming(name, held.append, flow_control=FlowControl(max_messages=3)):
        assert len(eventually(lambda: list(held), lambda messages: len(messages) >= 3)) == 3
        for message in held:
            message.ack()
        assert len(eventually(lambda: list(held), lambda messages: len(messages) >= 6)) == 6
