"""Admission: so many requests at a time, so many a minute; decided before a picture is read."""

from __future__ import annotations

import math
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Request

from shared.limiting import RateLimiter

from .clients import RateLimits, client_address, rate_key
from .problems import Problem

BUSY_RETRY_AFTER = 1
"""Seconds to ask a client to wait for one of the places."""

PATIENCE = 2.0
"""Seconds that a search waits for others that are at work."""


class Guard:
    """Lets `max_concurrent` searches work at a time, and each client in as often as the `limits` say.

    What all may search together is counted when a search begins: requests that send little, slowly or not
    what they should would use it up from a few hundred addresses, at no cost to anybody.
    Of one client, `of_client` requests are let in at a time, 0 for any number. So that threads stay free for
    those that are turned away, no more than `admitted` are let in altogether: to send, to wait, to work. A
    search waits for `patience` seconds for those at work. `hops` says which entry of X-Forwarded-For names
    the client, see `client_address`.
    """

    def __init__(
        self,
        limits: RateLimits,
        max_concurrent: int,
        of_client: int,
        hops: int,
        patience: float = PATIENCE,
    ) -> None:
        if max_concurrent < 1:
            raise ValueError(f"at least one request must be let in at a time, got {max_concurrent!r}")
        self.admitted = max_concurrent + waited_for(max_concurrent)
        self._limits = limits
        self._places = Places(max_concurrent, patience)
        self._of_client = of_client
        self._hops = hops
        self._inside = Counter[str]()
        self._lock = threading.Lock()

    @contextmanager
    def admitting(self, request: Request) -> Iterator[None]:
        """Read `request` inside this; raises `Problem` 503 or 429 with Retry-After, its body unread."""
        client = rate_key(client_address(request, self._hops))
        with self._lock:
            self._refuse_crowd(client)
            _count(self._limits.clients, client)
            self._inside[client] += 1
        try:
            yield
        finally:
            with self._lock:
                self._inside[client] -= 1
                self._inside += Counter()

    @contextmanager
    def working(self) -> Iterator[None]:
        """Search inside this for what `admitting` let in; raises `Problem` 503 or 429 with Retry-After."""
        with self._places:
            _count(self._limits.together, "")
            yield

    def _refuse_crowd(self, client: str) -> None:
        if self._inside.total() >= self.admitted:
            raise _refusal(503, "Busy", "too many searches at this moment", BUSY_RETRY_AFTER)
        if 0 < self._of_client <= self._inside[client]:
            raise _refusal(429, "Too many requests", "too many searches at once", BUSY_RETRY_AFTER)


class Places:
    """Places, each for the time of a block; raises `Problem` 503 where none gets free in time."""

    def __init__(self, count: int, patience: float = PATIENCE) -> None:
        self._free = threading.BoundedSemaphore(count)
        self._patience = patience

    def __enter__(self) -> None:
        if not self._free.acquire(timeout=self._patience):
            raise _refusal(503, "Busy", "too many searches at this moment", BUSY_RETRY_AFTER)

    def __exit__(self, *_: object) -> None:
        self._free.release()


def _count(limiter: RateLimiter, client: str) -> None:
    wait = limiter.wait(client)
    if wait > 0:
        seconds = max(1, math.ceil(wait))
        raise _refusal(429, "Too many requests", "too many searches in a short time", seconds)


def waited_for(max_concurrent: int) -> int:
    """Senders and readers to wait for at a time where so many searches are at work, see `Strangers`.

    As many searches find room beside them. Of three to four threads for each search at work, which Terraform
    sees to, the rest can always turn somebody away.
    """
    return math.ceil(1.5 * max_concurrent)


def _refusal(status: int, title: str, why: str, seconds: int) -> Problem:
    return Problem(status, title, f"{why}; try again in {seconds} s", {"Retry-After": str(seconds)})
