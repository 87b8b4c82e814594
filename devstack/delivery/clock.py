"""The clock that sends enrich to the products that wait for their records, as Cloud Scheduler does."""

from __future__ import annotations

import logging
import threading

from google.api_core.exceptions import GoogleAPICallError, RetryError

from devstack.pubsub import clients
from shared.events import reconcile

_LOG = logging.getLogger(__name__)


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
        publisher = clients.publisher(self._host)
        try:
            while not self._stopped.wait(self._every):
                try:
                    publisher.publish(self._topic, b"{}", **reconcile()).result(timeout=self._every)
                except (GoogleAPICallError, RetryError, TimeoutError) as error:
                    _LOG.warning("a tick was lost: %s", error)
        finally:
            publisher.stop()
            publisher.transport.close()
