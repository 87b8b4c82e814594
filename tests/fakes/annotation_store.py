"""Remembered answers in memory."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable
from typing import Generic

from shared.labeling import Claim, Settled, T


class InMemoryAnnotations(Generic[T]):
    """One recognizer's or encoder's; a claim never runs out unless `expire` says so.

    `clock` is in microseconds.
    """

    def __init__(self, clock: Callable[[], int] = lambda: time.time_ns() // 1_000) -> None:
        self._clock = clock
        self._settled_at: dict[str, int] = {}
        self.said: dict[str, Settled[T]] = {}
        self._claims: dict[str, Claim] = {}
        self._tokens = itertools.count(1)
        self._lock = threading.Lock()

    def obtain(self, content_hash: str) -> Settled[T] | Claim | None:
        with self._lock:
            if content_hash in self.said:
                return self.said[content_hash]
            if content_hash in self._claims:
                return None
            self._claims[content_hash] = Claim(content_hash, next(self._tokens))
            return self._claims[content_hash]

    def settle(self, claim: Claim, outcome: Settled[T]) -> None:
        with self._lock:
            if claim.content_hash not in self.said:
                self.said[claim.content_hash] = outcome
                self._settled_at[claim.content_hash] = self._clock()

    def release(self, claim: Claim) -> None:
        with self._lock:
            if self._claims.get(claim.content_hash) == claim:
                del self._claims[claim.content_hash]

    def peek(self, content_hash: str) -> Settled[T] | None:
        return self.said.get(content_hash)

    def forget(self, content_hash: str, before_us: int) -> None:
        with self._lock:
            if self._settled_at.get(content_hash, before_us) < before_us:
                del self.said[content_hash], self._settled_at[content_hash]
                self._claims.pop(content_hash, None)

    def expire(self) -> None:
        """Let the lease of every claim run out."""
        with self._lock:
            self._claims.clear()
