"""The bridge from Pub/Sub to a function, and what it does to messages on purpose."""

from __future__ import annotations

import time
from collections import defaultdict
from datetime import UTC, datetime

import pytest
from cloudevents.http import from_http

from devstack.delivery.bridge import Bridge, Counts
from shared.events import look_again
from tests.devstack.hub import STORAGE, Hub, Line, delivered, receiving
from tests.outside import eventually


def test_a_message_is_pushed_once_and_acknowledged(line: Line) -> None:
    with line.bridge() as running:
        published = line.hub.publish(b"\x00data", **STORAGE)
        assert running.wait(delivered(1), 10)
        time.sleep(0.2)
    (body,) = line.function.bodies()
    message = {name: body["message"][name] for name in ("messageId", "data", "attributes")}
    assert message == {"messageId": published, "data": "AGRhdGE=", "attributes": STORAGE}
    assert body["subscription"].endswith("/subscriptions/pictures")
    assert running.counts == Counts(delivered=1, failed=0, acknowledged=1)


@pytest.mark.parametrize("form", ["binary", "structured"])
def test_a_storage_notification_arrives_as_a_cloudevent(line: Line, form: str) -> None:
    with line.bridge(form=form) as running:
        published = line.hub.publish(b'{"name": "products/1.jpg"}', **STORAGE)
        assert running.wait(delivered(1), 10)
    event = from_http(*line.function.seen[0])
    assert (event["id"], event["subject"]) == (published, "objects/products/1.jpg")
    assert event["type"] == "google.cloud.storage.object.v1.finalized"
    assert event.get_data() == {"name": "products/1.jpg"}


@pytest.mark.parametrize("status", [301, 422, 429, 500])
def test_whatever_is_not_2xx_is_delivered_again(line: Line, status: int) -> None:
    line.function.statuses = [status]
    with line.bridge() as running:
        published = line.hub.publish()
        assert running.wait(delivered(1), 10)
    assert [message["messageId"] for message in line.messages()] == [published] * 2
    assert running.counts == Counts(delivered=1, failed=1, acknowledged=1)


def test_an_answer_after_the_deadline_is_none(line: Line) -> None:
    line.function.delay = 0.4
    with line.bridge(deadline=0.1) as running:
        line.hub.publish()
        assert running.wait(lambda counts: counts.failed >= 2, 10)
    assert running.counts.delivered == 0


def test_a_function_that_is_not_there_is_asked_again(quick_hub: Hub) -> None:
    with Bridge(quick_hub.host, quick_hub.subscribe(), "http://127.0.0.1:1/") as running:
        quick_hub.publish()
        assert running.wait(lambda counts: counts.failed >= 2, 10)


def test_a_message_that_always_fails_becomes_a_dead_letter(line: Line) -> None:
    subscription, letters = line.hub.dead_lettered()
    line.function.statuses = [500] * 100
    with line.bridge(subscription) as running:
        line.hub.publish(b"poison")
        (letter,) = line.hub.pull(letters)
    assert letter.message.data == b"poison"
    assert [body["deliveryAttempt"] for body in line.function.bodies()] == [1, 2, 3, 4, 5]
    assert running.counts == Counts(delivered=0, failed=5)


def test_concurrency_is_bounded(line: Line) -> None:
    line.function.delay = 0.1
    with line.bridge(concurrency=2) as running:
        for _ in range(6):
            line.hub.publish()
        assert running.wait(delivered(6), 10)
    assert line.function.busiest == 2


def test_stopping_finishes_what_is_under_way_and_starting_goes_on(line: Line) -> None:
    line.function.delay = 0.3
    running = line.bridge(concurrency=1)
    running.start()
    line.hub.publish(b"first")
    eventually(lambda: line.function.seen, bool)
    line.hub.publish(b"second")
    running.stop()
    assert (running.counts.failed, running.counts.delivered) == (0, 1)
    running.start()
    assert running.wait(delivered(2), 10)
    running.stop()
    assert len(line.function.seen) == 2


def test_what_is_no_cloudevent_is_refused_and_logged(line: Line, caplog: pytest.LogCaptureFixture) -> None:
    with line.bridge(form="binary") as running:
        line.hub.publish()
        assert running.wait(lambda counts: counts.failed >= 1, 10)
    assert line.function.seen == []
    assert "is no storage notification" in caplog.text


def test_copies_of_the_same_id_come_together_or_later_and_vary(line: Line) -> None:
    with line.bridge(line.hub.dead_lettered()[0], copies=(1, 3), seed=1) as running:
        sent = [line.hub.publish() for _ in range(12)]
        assert running.wait(lambda counts: counts.acknowledged == len(sent), 10)
    attempts: dict[str, list[int]] = {}
    for body in line.function.bodies():
        attempts.setdefault(body["message"]["messageId"], []).append(body["deliveryAttempt"])
    assert attempts.keys() == set(sent)
    assert {len(each) for each in attempts.values()} == {1, 2, 3}
    assert {1, 2} <= {attempt for each in attempts.values() for attempt in each}
    assert any(len(set(each)) < len(each) for each in attempts.values())


def test_a_copy_that_fails_is_owed(line: Line) -> None:
    line.function.statuses = [500, 204, 500]
    with line.bridge(copies=(3, 3)) as running:
        published = line.hub.publish()
        assert running.wait(lambda counts: counts.acknowledged == 1, 10)
    assert running.counts == Counts(delivered=3, failed=2, acknowledged=1)
    assert {message["messageId"] for message in line.messages()} == {published}


def test_disorder_lets_messages_overtake_one_another(line: Line) -> None:
    with line.bridge(disorder=0.2, concurrency=10, seed=1) as running:
        sent = [line.hub.publish() for _ in range(10)]
        assert running.wait(delivered(10), 10)
    arrived = [message["messageId"] for message in line.messages()]
    assert sorted(arrived) == sorted(sent)
    assert arrived != sent


def test_lost_notifications_are_acknowledged_and_never_delivered_but_requests_are(line: Line) -> None:
    with line.bridge(lost=1.0) as running:
        line.hub.publish(**STORAGE)
        line.hub.publish(b"{}", **look_again("shop", "products/2.jpg"))
        assert running.wait(lambda counts: (counts.acknowledged, counts.requests) == (1, 1), 10)
    assert running.lost == ["products/1.jpg"]
    assert [message["attributes"]["objectId"] for message in line.messages()] == ["products/2.jpg"]


def test_only_requests_are_skewed_each_by_the_same_at_every_delivery(line: Line) -> None:
    with line.bridge(skew=3_600.0, copies=(2, 2)) as running:
        exact = line.hub.publish(**STORAGE)
        for _ in range(10):
            line.hub.publish(b"{}", **look_again("shop", "products/2.jpg"))
        assert running.wait(delivered(22), 10)
    now, times = datetime.now(UTC), defaultdict(set)
    for message in line.messages():
        times[message["messageId"]].add(
            (datetime.fromisoformat(message["publishTime"]) - now).total_seconds()
        )
    assert all(len(told) == 1 for told in times.values())
    assert abs(times[exact].pop()) < 60
    skews = sorted(told.pop() for message, told in times.items() if message != exact)
    assert -3_700 < skews[0] < -60 < 60 < skews[-1] < 3_600


def test_every_instance_gets_its_share(line: Line) -> None:
    mine, subscription = line.function, line.hub.subscribe()
    with receiving() as other, Bridge(line.hub.host, subscription, mine.url, others=[other.url]) as running:
        for _ in range(20):
            line.hub.publish(**STORAGE)
        assert running.wait(delivered(20), 10)
    shares = (len(mine.seen), len(other.seen))
    assert sum(shares) == 20
    assert min(shares) >= 2
