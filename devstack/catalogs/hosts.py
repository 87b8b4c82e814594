"""The hosts of pictures, asked politely: again after a pause, and not at all while one is down."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from functools import partial
from threading import Event

from shared.breaking import Breaker, Down
from shared.errors import Transient
from shared.imaging import LIMITS
from shared.pictures.addresses import HostNetwork
from shared.pictures.by_url import PictureUrls, host_of

WAITS = (1.0, 2.0, 4.0, 8.0)
"""Seconds before each further try."""

MAX_WAIT = 60.0
"""Seconds that a host may ask to be left alone; one that wants longer is given up for this time."""

PAUSE = 30.0
"""Seconds between tries of a host that is down."""


DEADLINE = 20.0
"""Seconds in which a host delivers a picture."""


def polite_hosts(hosts: Collection[str], network: HostNetwork, stop: Event) -> PoliteHosts:
    """Fetches product pictures from those hosts, also where one redirects to another of them."""
    urls = PictureUrls(sorted(hosts), max_bytes=LIMITS.max_bytes, deadline=DEADLINE, network=network)
    return PoliteHosts(urls.fetch, stop)


class PoliteHosts:
    """Fetches pictures by their links; several threads may share one.

    `fetch` fetches one picture once. A host that is in trouble, or asks to be left alone, is left alone by
    all threads. `stop` ends every pause.
    """

    def __init__(
        self,
        fetch: Callable[[str], bytes],
        stop: Event,
        *,
        waits: Sequence[float] = WAITS,
        pause: float = PAUSE,
    ) -> None:
        self._fetch = fetch
        self._stop = stop
        self._waits = waits
        self._pause = pause
        self._breakers: dict[str, Breaker] = {}
        self._not_before: dict[str, float] = {}

    def fetch(self, link: str) -> bytes:
        """The picture's bytes; raises what `fetch` does, `Transient` at once while the host is down."""
        host = host_of(link)
        breaker = self._breakers.setdefault(host, Breaker(pause=self._pause))
        found = breaker.ask(partial(self._patiently, host, link))
        if isinstance(found, Down):
            raise found.error()
        return found

    def _patiently(self, host: str, link: str) -> bytes:
        for wait in self._waits:
            try:
                return self._once(host, link)
            except Transient as error:
                asked = max(wait, error.retry_after or 0.0)
                if asked > MAX_WAIT or self._stop.is_set():
                    raise
                now = time.monotonic()
                self._not_before[host] = max(self._not_before.get(host, now), now + asked)
        return self._once(host, link)

    def _once(self, host: str, link: str) -> bytes:
        self._stop.wait(max(self._not_before.get(host, 0.0) - time.monotonic(), 0.0))
        return self._fetch(link)
