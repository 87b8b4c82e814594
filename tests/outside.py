"""The local stack as the shop and its operator see it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import requests

from devstack import storage, topology
from devstack.endpoints import likeness
from devstack.pubsub import emulator
from devstack.stack import LocalStack
from shared.events import reconcile

T = TypeVar("T")
PATIENCE = 20.0


def eventually(look: Callable[[], T], wanted: Callable[[T], bool], patience: float = PATIENCE) -> T:
    """The first value that is wanted; fails with the last one seen after `patience` seconds."""
    until = time.monotonic() + patience
    while not wanted(seen := look()):
        assert time.monotonic() < until, f"still {seen!r} after {patience} s"
        time.sleep(0.05)
    return seen


@dataclass(frozen=True)
class Outside:
    """Hands on the bucket, the index and the parked events."""

    stack: LocalStack

    def seed(self, records: Sequence[Mapping[str, Any]], **settings: object) -> None:
        """Write records into the index, and what is needed of its settings, with others."""
        names = self.stack.endpoints
        wanted = list(likeness(self.stack.search_env()).facets)
        self._algolia(
            "PUT", f"/1/indexes/{names.index}/settings", {"attributesForFaceting": wanted, **settings}
        )
        batch = [{"action": "addObject", "body": record} for record in records]
        self._algolia("POST", f"/1/indexes/{names.index}/batch", {"requests": batch})

    def record(self, product: str) -> dict[str, Any]:
        found: dict[str, Any] = self._algolia(
            "GET", f"/1/indexes/{self.stack.endpoints.index}/{product}"
        ).json()
        return found

    def labels(self, product: str) -> list[str] | None:
        return self.record(product).get("labelNames")

    def upload(self, name: str, content: bytes) -> None:
        names = self.stack.endpoints
        with storage.client(names.storage_url, names.project) as client:
            client.bucket(names.bucket).blob(name).upload_from_string(content, content_type="image/jpeg")

    def delete(self, name: str) -> None:
        names = self.stack.endpoints
        with storage.client(names.storage_url, names.project) as client:
            client.bucket(names.bucket).blob(name).delete()

    def kept(self, topic: str) -> list[tuple[dict[str, str], Any]]:
        """Take what was published to `topic`: attributes and JSON bodies."""
        names = self.stack.endpoints
        subscription = topology.subscription_path(names.project, topic)
        with emulator.subscriber(names.pubsub_host) as subscriber:
            pulled = subscriber.pull(subscription=subscription, max_messages=100, timeout=3)
            ids = [received.ack_id for received in pulled.received_messages]
            if ids:
                subscriber.acknowledge(subscription=subscription, ack_ids=ids)
        return [
            (dict(received.message.attributes), json.loads(received.message.data or b"null"))
            for received in pulled.received_messages
        ]

    def reconcile(self) -> None:
        """Send enrich to the products that wait for their records, as the clock does."""
        names = self.stack.endpoints
        publisher = emulator.publisher(names.pubsub_host)
        topic = topology.topic_path(names.project, topology.PICTURES)
        publisher.publish(topic, b"{}", **reconcile()).result(timeout=10)
        publisher.stop()
        publisher.transport.close()

    def vision_calls(self) -> int:
        calls = requests.get(f"{self.stack.endpoints.recognizer_url}/_devstack/calls", timeout=5).json()
        return int(calls["pictures"])

    def _algolia(self, method: str, path: str, body: object = None) -> requests.Response:
        names = self.stack.endpoints
        headers = {"X-Algolia-Application-Id": names.app_id, "X-Algolia-API-Key": names.keys.admin}
        return requests.request(method, names.algolia_url + path, headers=headers, json=body, timeout=5)
