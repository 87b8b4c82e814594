"""Rate limits: token buckets in memory, for every client, its network, and all of them together."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from cachetools import LRUCache

_ROUNDING = 1e-6
"""Seconds a client may come early: a sum of floats falls short of what it was told to wait."""


class RateLimiter(Protocol):
    """Decides whether a client may ask now.

    Promises, each a contract test run on every implementation:

    - in any window of t seconds at most `burst + rate * t` requests are let in;
    - who waits as long as told is let in, unless somebody else took the place meanwhile;
    - a refusal counts nothing: asking too early makes nobody wait longer;
    - several threads may share one limiter.
    """

    def wait(self, client: str) -> float:
        """0.0: go on, the request is counted; else the seconds until one would be allowed."""


class TokenBuckets:
    """One bucket per client: it holds `burst` requests and is refilled at `rate_per_minute`; 0 sets no limit.

    A bucket is kept as one number, the time at which it is full again (the generic cell rate algorithm of
    ITU-T I.371). Of more than `clients` clients, those not seen for longest are forgotten and start with a
    full bucket. `clock` is in seconds and never goes back.
    """

    def __init__(
        self,
        rate_per_minute: float,
        burst: int,
        clients: int = 10_000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if not (0 <= rate_per_minute < math.inf and burst >= 1 and clients >= 1):
            raise ValueError(
                "a limit needs a rate of 0 or more, a burst and a number of clients of at least 1, "
                f"got {rate_per_minute!r}, {burst!r}, {clients!r}"
            )
        self._interval = 60 / rate_per_minute if rate_per_minute else 0.0
        self._burst = burst
        self._full_at: LRUCache[str, float] = LRUCache(clients)
        self._clock = clock
        self._lock = threading.RLock()

    def wait(self, client: str) -> float:
        """0.0: go on, the request is counted; else the seconds until one would be allowed."""
        with self._lock:
            seconds = self.peek(client)
            if not seconds:
                self.take(client)
            return seconds

    def peek(self, client: str) -> float:
        """The answer that `wait` would give now; nothing is counted."""
        with self._lock:
            now = self._clock()
            seconds = self._full_at.get(client, now) - now - (self._burst - 1) * self._interval
            return seconds if seconds > _ROUNDING else 0.0

    def take(self, client: str) -> None:
        """Count a request that was let in, whether or not there was room for it."""
        with self._lock:
            now = self._clock()
            self._full_at[client] = max(self._full_at.get(client, now), now) + self._interval


@dataclass(frozen=True, slots=True)
class Layered:
    """Lets in what every limit allows; what one refuses, the others do not count.

    The limits belong to it alone. Each comes with what gives the key under which it counts a client.
    """

    limits: Sequence[tuple[Callable[[str], str], TokenBuckets]]
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    def wait(self, client: str) -> float:
        """0.0: go on, the request is counted by all; else the seconds until all would allow one."""
        counted = [(key(client), buckets) for key, buckets in self.limits]
        with self._lock:
            seconds = max(buckets.peek(key) for key, buckets in counted)
            if not seconds:
                for key, buckets in counted:
                    buckets.take(key)
            return seconds
