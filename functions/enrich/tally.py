"""Counts what is left out without any work, and says so once a minute at most."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable

from shared.logs import log

EVERY = 60.0
"""Seconds between two lines of a process."""


class Tally:
    """Counts events left out by reason, each with the latest example; threads share one."""

    def __init__(self, every: float = EVERY, clock: Callable[[], float] = time.monotonic) -> None:
        self._every = every
        self._clock = clock
        self._due = clock()
        self._counts: Counter[str] = Counter()
        self._examples: dict[str, str] = {}
        self._lock = threading.Lock()

    def add(self, reason: str, example: str) -> None:
        """Count one more."""
        with self._lock:
            self._counts[reason] += 1
            self._examples[reason] = example
        self.tell()

    def tell(self, *, at_once: bool = False) -> None:
        """Write the line if it is due, or at once, and if there is anything to tell; then begin anew."""
        with self._lock:
            if not self._counts or (self._clock() < self._due and not at_once):
                return
            told = {
                reason: {"events": count, "example": self._examples[reason]}
                for reason, count in sorted(self._counts.items())
            }
            self._counts.clear()
            self._due = self._clock() + self._every
        log(logging.INFO, "left out", leftOut=told)
