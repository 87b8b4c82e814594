"""A topic of the test's own at a Pub/Sub, a function at its end, and what tests do with them."""

from __future__ import annotations

import itertools
import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from google.api_core import exceptions
from google.cloud.pubsub_v1 import PublisherClient, SubscriberClient
from google.cloud.pubsub_v1.subscriber.message import Message
from google.pubsub_v1 import ReceivedMessage

from devstack.delivery.bridge import Bridge, BridgeOptions, Counts
from devstack.processes import LOOPBACK, Processes
from devstack.pubsub import emulator

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
        self.url = f"http://127.0.0.1:{self.server_port}/"
        self.statuses: list[int] = []
        self.delay = 0.0
        self.seen: list[tuple[dict[str, str], bytes]] = []
        self.busy = self.busiest = 0
        self.lock = threading.Lock()

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


@contextmanager
def receiving() -> Iterator[Function]:
    """A function at work."""
    with Function() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join(timeout=5)


def delivered(count: int) -> Callable[[Counts], bool]:
    return lambda counts: counts.delivered >= count


_numbers = itertools.count(1)


@dataclass
class Hub:
    """In a project of its own, because the servers live for the whole run."""

    host: str
    publisher: PublisherClient
    subscriber: SubscriberClient
    project: str = field(default_factory=lambda: f"projects/project-{next(_numbers)}")

    def __post_init__(self) -> None:
        self.topic = self.create("pictures")

    def create(self, topic: str) -> str:
        name = f"{self.project}/topics/{topic}"
        self.publisher.create_topic(name=name)
        return name

    def subscribe(self, name: str = "pictures", /, **settings: object) -> str:
        """Subscribe to the topic (or to `topic=`) with any further settings."""
        full = f"{self.project}/subscriptions/{name}"
        self.subscriber.create_subscription(request={"name": full, "topic": self.topic, **settings})
        return full

    def dead_lettered(self, milliseconds: int = 10) -> tuple[str, str]:
        """A subscription with a dead-letter policy, and the one that gets the dead letters."""
        dead, pause = self.create("dead-letter"), timedelta(milliseconds=milliseconds)
        retry = {"minimum_backoff": pause, "maximum_backoff": 2 * pause}
        policy = {"dead_letter_topic": dead, "max_delivery_attempts": 5}
        name = self.subscribe(retry_policy=retry, dead_letter_policy=policy)
        return name, self.subscribe("letters", topic=dead)

    def publish(self, data: bytes = b"data", /, **attributes: str) -> str:
        return str(self.publisher.publish(self.topic, data, **attributes).result(timeout=10))

    def pull(self, subscription: str, patience: float = 10.0) -> list[ReceivedMessage]:
        """Pull until something comes; an empty list when nothing does."""
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            answer = self.subscriber.pull(subscription=subscription, max_messages=100, timeout=5)
            if answer.received_messages:
                return list(answer.received_messages)
        return []

    def ack(self, subscription: str, received: Sequence[ReceivedMessage]) -> None:
        ids = [message.ack_id for message in received]
        self.subscriber.acknowledge(subscription=subscription, ack_ids=ids)

    def lease(self, subscription: str, received: Sequence[ReceivedMessage], seconds: int = 0) -> None:
        """Hold the messages for so long; 0 gives them back."""
        ids = [message.ack_id for message in received]
        self.subscriber.modify_ack_deadline(
            subscription=subscription, ack_ids=ids, ack_deadline_seconds=seconds
        )

    @contextmanager
    def streaming(self, name: str, take: Callable[[Message], object], **settings: object) -> Iterator[None]:
        stream = self.subscriber.subscribe(name, take, **settings)
        try:
            yield
        finally:
            stream.cancel()
            stream.result(timeout=10)

    def is_empty(self, subscription: str) -> bool:
        """Google's emulator would take three seconds to answer an empty pull; half a second tells as much."""
        asked = {"subscription": subscription, "max_messages": 1}
        try:
            return not self.subscriber.pull(asked, retry=None, timeout=0.5).received_messages
        except exceptions.DeadlineExceeded:
            return True


@dataclass(frozen=True)
class Line:
    """From a topic to a function."""

    hub: Hub
    function: Function

    def bridge(self, subscription: str = "", **options: Any) -> Bridge:  # noqa: ANN401 - BridgeOptions' fields
        name = subscription or self.hub.subscribe()
        return Bridge(self.hub.host, name, self.function.url, BridgeOptions(**options))

    def messages(self) -> list[dict[str, Any]]:
        """What the function got."""
        return [body["message"] for body in self.function.bodies()]


@contextmanager
def pubsub(kind: emulator.Kind, run_dir: Path) -> Iterator[Callable[[], Hub]]:
    """Run a Pub/Sub; yields what makes hubs there."""
    processes = Processes(run_dir)
    try:
        (command,) = processes.start(lambda: emulator.command(kind))
        host = f"{LOOPBACK}:{command.ports[0]}"
        publisher = emulator.publisher(host)
        with emulator.subscriber(host) as subscriber:
            yield lambda: Hub(host, publisher, subscriber)
        publisher.stop()
        publisher.transport.close()
    finally:
        processes.end()
