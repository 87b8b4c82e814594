"""Topics and subscriptions as users rely on them, on the emulator and the stand-in, by Google's client."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from google.api_core import exceptions
from google.cloud.pubsub_v1 import PublisherClient, SubscriberClient

Subscribe = Callable[..., str]

_SHORT_RETRY = {
    "minimum_backoff": timedelta(milliseconds=100),
    "maximum_backoff": timedelta(milliseconds=200),
}


@pytest.mark.parametrize(
    "name", ["ab", "a" * 256, "1abc", "goog-pictures", "with space", "with/slash", "", "-abc"]
)
def test_a_name_outside_the_rules_is_refused(project: str, publisher: PublisherClient, name: str) -> None:
    with pytest.raises(exceptions.InvalidArgument):
        publisher.create_topic(name=f"{project}/topics/{name}")


@pytest.mark.parametrize("name", ["abc", "a" * 255, "a-b_c.d~e+f%20"])
def test_a_name_within_the_rules_is_taken(project: str, publisher: PublisherClient, name: str) -> None:
    full = f"{project}/topics/{name}"
    assert publisher.create_topic(name=full).name == full


def test_a_topic_can_be_created_once(topic: str, publisher: PublisherClient) -> None:
    with pytest.raises(exceptions.AlreadyExists):
        publisher.create_topic(name=topic)


def test_a_subscription_can_be_created_once(subscribe: Subscribe) -> None:
    subscribe()
    with pytest.raises(exceptions.AlreadyExists):
        subscribe()


def test_a_deleted_topic_is_gone_and_its_subscription_says_so(
    topic: str, publisher: PublisherClient, subscriber: SubscriberClient, subscribe: Subscribe
) -> None:
    subscription = subscribe()
    publisher.delete_topic(topic=topic)
    with pytest.raises(exceptions.NotFound):
        publisher.get_topic(topic=topic)
    assert subscriber.get_subscription(subscription=subscription).topic == "_deleted-topic_"


def test_a_deleted_subscription_is_gone(subscriber: SubscriberClient, subscribe: Subscribe) -> None:
    subscription = subscribe()
    subscriber.delete_subscription(subscription=subscription)
    with pytest.raises(exceptions.NotFound):
        subscriber.get_subscription(subscription=subscription)


def test_what_was_never_created_is_not_found(
    project: str, publisher: PublisherClient, subscriber: SubscriberClient
) -> None:
    topic, subscription = f"{project}/topics/nothing", f"{project}/subscriptions/nothing"
    calls: list[Callable[[], object]] = [
        lambda: publisher.delete_topic(topic=topic),
        lambda: publisher.publish(topic, b"data").result(timeout=10),
        lambda: subscriber.create_subscription(name=subscription, topic=topic),
        lambda: subscriber.pull(subscription=subscription, max_messages=1),
        lambda: subscriber.delete_subscription(subscription=subscription),
    ]
    for call in calls:
        with pytest.raises(exceptions.NotFound):
            call()


def test_lists_hold_one_project_and_page(project: str, publisher: PublisherClient) -> None:
    names = [f"{project}/topics/topic-{number}" for number in range(5)]
    for name in names:
        publisher.create_topic(name=name)
    publisher.create_topic(name=f"{project}-other/topics/topic-0")
    listed = publisher.list_topics(request={"project": project, "page_size": 2})
    assert sorted(topic.name for topic in listed) == names


def test_subscriptions_are_listed(project: str, subscriber: SubscriberClient, subscribe: Subscribe) -> None:
    created = [subscribe("first"), subscribe("second")]
    assert sorted(found.name for found in subscriber.list_subscriptions(project=project)) == created


def test_a_subscription_keeps_its_settings(
    topic: str, subscriber: SubscriberClient, subscribe: Subscribe
) -> None:
    policy = {"dead_letter_topic": topic, "max_delivery_attempts": 7}
    name = subscribe(ack_deadline_seconds=20, retry_policy=_SHORT_RETRY, dead_letter_policy=policy)
    kept = subscriber.get_subscription(subscription=name)
    assert (kept.topic, kept.ack_deadline_seconds) == (topic, 20)
    assert kept.retry_policy.minimum_backoff == timedelta(milliseconds=100)
    assert kept.retry_policy.maximum_backoff == timedelta(milliseconds=200)
    assert kept.dead_letter_policy.dead_letter_topic == topic
    assert kept.dead_letter_policy.max_delivery_attempts == 7


def test_the_default_ack_deadline_is_ten_seconds(subscriber: SubscriberClient, subscribe: Subscribe) -> None:
    assert subscriber.get_subscription(subscription=subscribe()).ack_deadline_seconds == 10


@pytest.mark.parametrize(
    ("settings", "error"),
    [
        ({"ack_deadline_seconds": 601}, exceptions.InvalidArgument),
        ({"retry_policy": {"maximum_backoff": timedelta(seconds=601)}}, exceptions.InvalidArgument),
        (
            {
                "retry_policy": {
                    "minimum_backoff": timedelta(seconds=2),
                    "maximum_backoff": timedelta(seconds=1),
                }
            },
            exceptions.InvalidArgument,
        ),
        ({"dead_letter_policy": {"max_delivery_attempts": 4}}, exceptions.OutOfRange),
        ({"dead_letter_policy": {"max_delivery_attempts": 101}}, exceptions.OutOfRange),
        (
            {"dead_letter_policy": {"dead_letter_topic": "projects/nobody/topics/nothing"}},
            exceptions.NotFound,
        ),
    ],
)
def test_settings_outside_the_rules_are_refused(
    topic: str, subscribe: Subscribe, settings: dict[str, dict[str, object]], error: type[Exception]
) -> None:
    if "dead_letter_policy" in settings:
        settings = {"dead_letter_policy": {"dead_letter_topic": topic, **settings["dead_letter_policy"]}}
    with pytest.raises(error):
        subscribe(**settings)
