"""Topics, subscriptions, buckets, index and clock of the local stack, as a deployment has them."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from datetime import timedelta

import requests
from google.api_core.exceptions import GoogleAPICallError, RetryError

from devstack import storage
from devstack.pubsub import emulator
from shared.events import reconcile

_TIMEOUT = 120.0
_LOG = logging.getLogger(__name__)

PICTURES, PARKED, DEAD_LETTER = "pictures", "parked", "dead-letter"
"""Topics, and one subscription of the same name each."""


@dataclass(frozen=True, slots=True)
class Redelivery:
    """Attempts at a refused event, 5 to 100 by Pub/Sub's rules, and the seconds between them."""

    attempts: int = 5
    minimum_backoff: float = 0.2
    maximum_backoff: float = 1.0
    ack_deadline: int = 60


def topic_path(project: str, topic: str) -> str:
    """Return a topic's full name."""
    return f"projects/{project}/topics/{topic}"


def subscription_path(project: str, subscription: str) -> str:
    """Return a subscription's full name."""
    return f"projects/{project}/subscriptions/{subscription}"


def create_topics(host: str, project: str, redelivery: Redelivery) -> None:
    """Create the three topics and their subscriptions on an empty Pub/Sub."""
    publisher = emulator.publisher(host)
    try:
        for topic in (PICTURES, PARKED, DEAD_LETTER):
            publisher.create_topic(name=topic_path(project, topic))
    finally:
        publisher.transport.close()
    with emulator.subscriber(host) as subscriber:
        for topic in (PARKED, DEAD_LETTER):
            subscriber.create_subscription(
                name=subscription_path(project, topic), topic=topic_path(project, topic)
            )
        subscriber.create_subscription(request=_pictures(project, redelivery))


def create_bucket(url: str, project: str, bucket: str, *, versioned: bool = False) -> None:
    """Create an empty bucket, which keeps overwritten and deleted objects as noncurrent if `versioned`."""
    with storage.client(url, project) as client:
        new = client.bucket(bucket)
        new.versioning_enabled = versioned
        new.create()


def create_index(url: str, app_id: str, key: str, index: str) -> None:
    """Create an empty index; one that is there stays as it is. Raises `requests.RequestException`."""
    headers = {"X-Algolia-Application-Id": app_id, "X-Algolia-API-Key": key}
    answer = requests.put(f"{url}/1/indexes/{index}/settings", json={}, headers=headers, timeout=_TIMEOUT)
    answer.raise_for_status()


def _pictures(project: str, redelivery: Redelivery) -> dict[str, object]:
    return {
        "name": subscription_path(project, PICTURES),
        "topic": topic_path(project, PICTURES),
        "ack_deadline_seconds": redelivery.ack_deadline,
        "retry_policy": {
            "minimum_backoff": timedelta(seconds=redelivery.minimum_backoff),
            "maximum_backoff": timedelta(seconds=redelivery.maximum_backoff),
        },
        "dead_letter_policy": {
            "dead_letter_topic": topic_path(project, DEAD_LETTER),
            "max_delivery_attempts": redelivery.attempts,
        },
    }


class Clock:
    """Publishes a message every so many seconds between `start` and `stop`."""

    def __init__(self, host: str, topic: str, every: float) -> None:
        self._host = host
        self._topic = topic
        self._every = every
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._tick, name="clock", daemon=True)

    def start(self) -> None:
        """Begin with a pause."""
        self._thread.start()

    def stop(self) -> None:
        """Return when nothing is sent any more."""
        self._stopped.set()
        self._thread.join()

    def _tick(self) -> None:
        publisher = emulator.publisher(self._host)
        try:
            while not self._stopped.wait(self._every):
                try:
                    publisher.publish(self._topic, b"{}", **reconcile()).result(timeout=self._every)
                except (GoogleAPICallError, RetryError, TimeoutError) as error:
                    _LOG.warning("a tick was lost: %s", error)
        finally:
            publisher.stop()
            publisher.transport.close()
