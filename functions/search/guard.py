"""Admission: so many requests at a time, so many a minute; decided before a picture is read."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Request

from shared.limiting import RateLimiter

from .clients import client_address, rate_key
from .problems import Problem

BUSY_RETRY_AFTER = 1
"""Seconds to ask a client to wait for one of the places."""


class Guard:
    """Admits at most `max_concurrent` requests at a time, and each client as often as `limiter` says.

    `hops` says which entry of X-Forwarded-For names the client, see `client_address`.
    """

    def __init__(self, limiter: RateLimiter, max_concurrent: int, hops: int) -> None:
        if max_concurrent < 1:
            raise ValueError(f"at least one request must be let in at a time, got {max_concurrent!r}")
        self._limiter = limiter
        self._places = threading.BoundedSemaphore(max_concurrent)
        self._hops = hops

    @contextmanager
    def admitting(self, request: Request) -> Iterator[None]:
        """Handle `request` inside this; raises `Problem` 503 or 429 with Retry-After, its body unread."""
        if not self._places.acquire(blocking=False):
            raise _refusal(503, "Busy", "too many searches at this moment", BUSY_RETRY_AFTER)
        try:
            self._count(request)
            yield
        finally:
            self._places.release()

    def _count(self, request: Request) -> None:
        wait = self._limiter.wait(rate_key(client_address(request, self._hops)))
        if wait > 0:
            seconds = max(1, math.ceil(wait))
            raise _refusal(429, "Too many requests", "too many searches in a short time", seconds)


def _refusal(status: int, title: str, why: str, seconds: int) -> Problem:
    return Problem(status, title, f"{why}; try again in {seconds} s", {"Retry-After": str(seconds)})
