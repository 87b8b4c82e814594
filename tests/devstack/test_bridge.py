from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from cloudevents.http import from_http
from google.cloud.pubsub_v1 import PublisherClient, SubscriberClient

from devstack.delivery.bridge import Bridge, BridgeOptions, Counts

Publish = Callable[..., str]

STORAGE = {
    "eventType": "OBJECT_FINALIZE",
    "bucketId": "shop",
    "objectId": "products/1.jpg",
    "eventTime": "2026-01-02T03:04:05.123456Z",
}


class Function(ThreadingHTTPServer):
    """Answers POSTs with the given statuses in turn, then with 204, and remembers them."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.statuses: list[int] = []
        self.delay = 0.0
        self.seen: list[tuple[dict[str, str], bytes]] = []
        self.busy = self.busiest = 0
        self.lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"

    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.seen]


class _Handler(BaseHTTPRequestHandler):
    server: Function

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        function = self.server
        with function.lock:
            function.seen.append((dict(self.headers.items()), body))
            status = function.statuses.pop(0) if function.statuses else 204
            function.busy += 1
            function.busiest = max(function.busiest, function.busy)
        time.sleep(function.delay)
        with function.lock:
            function.busy -= 1
        self.send_response(status)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Keep the tests' output clean."""


@pytest.fixture
def function() -> Iterator[Function]:
    with Function() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join(timeout=5)


@pytest.fixture(scope="session")
def pubsub_host(stand_in_host: str) -> str:
    """The contract suite shows that both behave alike; the quick one will do here."""
    return stand_in_host


@pytest.fixture
def bridge(pubsub_host: str, subscribe: Callable[..., str], function: Function) -> Callable[..., Bridge]:
    def make(subscription: str | None = None, **options: Any) -> Bridge:  # noqa: ANN401 - fields of BridgeOptions
        return Bridge(pubsub_host, subscription or subscribe(), function.url, BridgeOptions(**options))

    return make


@pytest.fixture
def publish(topic: str, publisher: PublisherClient) -> Publish:
    def send(data: bytes, **attributes: str) -> str:
        return str(publisher.publish(topic, data, **attributes).result(timeout=10))

    return send


def delivered(count: int) -> Callable[[Counts], bool]:
    return lambda counts: counts.delivered >= count


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


@pytest.fixture
def dead_lettered(project: str, publisher: PublisherClient, subscribe: Callable[..., str]) -> tuple[str, str]:
    """A subscription with a dead-letter policy, and the one that gets the dead letters."""
    dead = f"{project}/topics/dead-letter"
    publisher.create_topic(name=dead)
    backoff = {name: timedelta(milliseconds=10) for name in ("minimum_backoff", "maximum_backoff")}
    policy = {"dead_letter_topic": dead, "max_delivery_attempts": 5}
    return subscribe(retry_policy=backoff, dead_letter_policy=policy), subscribe("letters", topic=dead)


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


def test_duplicates_carry_the_same_id(
    publish: Publish, function: Function, bridge: Callable[..., Bridge]
) -> None:
    with bridge(copies=(3, 3)) as running:
        publish(b"data")
        assert running.wait(delivered(3), 10)
    assert len({body["message"]["messageId"] for body in function.bodies()}) == 1
    assert len(function.seen) == 3


def test_copies_vary_and_come_together_or_later(
    publish: Publish, function: Function, bridge: Callable[..., Bridge], dead_lettered: tuple[str, str]
) -> None:
    with bridge(dead_lettered[0], copies=(1, 3), seed=1) as running:
        sent = [publish(b"data") for _ in range(12)]
        assert running.wait(lambda counts: counts.acknowledged == len(sent), 10)
    attempts: dict[str, list[int]] = {}
    for body in function.bodies():
        attempts.setdefault(body["message"]["messageId"], []).append(body["deliveryAttempt"])
    assert attempts.keys() == set(sent)
    assert {len(each) for each in attempts.values()} == {1, 2, 3}
    assert {1, 2} <= {attempt for each in attempts.values() for attempt in each}
    assert any(len(set(each)) < len(each) for each in attempts.values())


def test_a_copy_that_fails_is_owed(
    publish: Publish, function: Function, bridge: Callable[..., Bridge]
) -> None:
    function.statuses = [500, 204, 500]
    with bridge(copies=(3, 3)) as running:
        publish(b"data")
        assert running.wait(lambda counts: counts.acknowledged == 1, 10)
    assert running.counts == Counts(delivered=3, failed=2, acknowledged=1)


def test_disorder_lets_messages_overtake_one_another(
    publish: Publish, function: Function, bridge: Callable[..., Bridge]
) -> None:
    with bridge(disorder=0.2, concurrency=10, seed=1) as running:
        sent = [publish(b"data") for _ in range(10)]
        assert running.wait(delivered(10), 10)
    arrived = [body["message"]["messageId"] for body in function.bodies()]
    assert sorted(arrived) == sorted(sent)
    assert arrived != sent


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
