from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from cloudevents.http import from_http
from google.cloud.pubsub_v1 import SubscriberClient

from devstack.delivery.bridge import Bridge, Counts
from tests.devstack.receiving import STORAGE, Function, Publish, delivered


@pytest.fixture(scope="session")
def pubsub_host(stand_in_host: str) -> str:
    """The contract suite shows that both behave alike; the quick one will do here."""
    return stand_in_host


def test_a_message_is_pushed_once_and_acknowledged(
    publish: Publish, function: Function, bridge: Callable[..., Bridge]
) -> None:
    with bridge() as running:
        published = publish(b"\x00data", **STORAGE)
        assert running.wait(delivered(1), 10)
        time.sleep(0.2)
    (body,) = function.bodies()
    assert body["message"]["messageId"] == published
    assert body["message"]["data"] == "AGRhdGE="
    assert body["message"]["attributes"] == STORAGE
    assert body["subscription"].endswith("/subscriptions/pictures")
    assert running.counts == Counts(delivered=1, failed=0, acknowledged=1)


@pytest.mark.parametrize("form", ["binary", "structured"])
def test_a_storage_notification_arrives_as_a_cloudevent(
    form: str, publish: Publish, function: Function, bridge: Callable[..., Bridge]
) -> None:
    with bridge(form=form) as running:
        published = publish(b'{"name": "products/1.jpg"}', **STORAGE)
        assert running.wait(delivered(1), 10)
    event = from_http(*function.seen[0])
    assert (event["id"], event["subject"]) == (published, "objects/products/1.jpg")
    assert event["type"] == "google.cloud.storage.object.v1.finalized"
    assert event.get_data() == {"name": "products/1.jpg"}


@pytest.mark.parametrize("status", [301, 422, 429, 500])
def test_whatever_is_not_2xx_is_delivered_again(
    status: int, publish: Publish, function: Function, bridge: Callable[..., Bridge]
) -> None:
    function.statuses = [status]
    with bridge() as running:
        publish(b"data")
        assert running.wait(delivered(1), 10)
    first, second = function.bodies()
    assert first["message"]["messageId"] == second["message"]["messageId"]
    assert running.counts == Counts(delivered=1, failed=1, acknowledged=1)


def test_an_answer_after_the_deadline_is_none(
    publish: Publish, function: Function, bridge: Callable[..., Bridge]
) -> None:
    function.delay = 0.4
    with bridge(deadline=0.1) as running:
        publish(b"data")
        assert running.wait(lambda counts: counts.failed >= 2, 10)
    assert running.counts.delivered == 0


def test_a_function_that_is_not_there_is_asked_again(
    pubsub_host: str, publish: Publish, subscribe: Callable[..., str]
) -> None:
    with Bridge(pubsub_host, subscribe(), "http://127.0.0.1:1/") as running:
        publish(b"data")
        assert running.wait(lambda counts: counts.failed >= 2, 10)


def test_a_message_that_always_fails_becomes_a_dead_letter(
    publish: Publish,
    subscriber: SubscriberClient,
    function: Function,
    bridge: Callable[..., Bridge],
    dead_lettered: tuple[str, str],
) -> None:
    subscription, letters = dead_lettered
    function.statuses = [500] * 100
    with bridge(subscription) as running:
        publish(b"poison")
        (letter,) = subscriber.pull(subscription=letters, max_messages=1).received_messages
    assert letter.message.data == b"poison"
    assert [body["deliveryAttempt"] for body in function.bodies()] == [1, 2, 3, 4, 5]
    assert running.counts == Counts(delivered=0, failed=5)


def test_concurrency_is_bounded(publish: Publish, function: Function, bridge: Callable[..., Bridge]) -> None:
    function.delay = 0.1
    with bridge(concurrency=2) as running:
        for _ in range(6):
            publish(b"data")
        assert running.wait(delivered(6), 10)
    assert function.busiest == 2


def test_stopping_finishes_what_is_under_way_and_starting_goes_on(
    publish: Publish, function: Function, bridge: Callable[..., Bridge]
) -> None:
    function.delay = 0.3
    running = bridge(concurrency=1)
    running.start()
    publish(b"first")
    while not function.seen:
        time.sleep(0.01)
    publish(b"second")
    running.stop()
    assert running.counts.failed == 0
    before = running.counts.delivered
    running.start()
    assert running.wait(delivered(2), 10)
    running.stop()
    assert before == 1
    assert len(function.seen) == 2


def test_what_cannot_be_told_as_a_cloudevent_is_refused_and_logged(
    publish: Publish,
    function: Function,
    bridge: Callable[..., Bridge],
    caplog: pytest.LogCaptureFixture,
) -> None:
    with bridge(form="binary") as running:
        publish(b"data")
        assert running.wait(lambda counts: counts.failed >= 1, 10)
    assert function.seen == []
    assert "is no storage notification" in caplog.text
