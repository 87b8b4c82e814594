"""The budget of a day: how many photos the recognizer may be asked about, by all instances together."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

from shared.errors import Reason, Transient
from shared.labeling.remote import ending_by
from shared.logs import log

PATIENCE = 1.5
"""Seconds that a photo waits at most for another one's question to the store, and for its own."""

FIRST = 1_000
"""The part of the budget that an instance asks for at first; then it is a tenth of what it used that day."""

_USED = 10


class Spending(Protocol):
    """The calls that each day has seen, counted in one place.

    Promises, each a contract test run on every implementation:

    - in a day no more than `most` calls are granted, whoever asks and however many at the same time;
    - a day begins with nothing spent; who asks about an earlier one, by a clock that is late, takes of it;
    - what was granted stays spent, whatever becomes of who asked.

    Raises `Transient` or `Misconfigured` otherwise.
    """

    def take(self, day: str, wanted: int, most: int) -> int:
        """Spend up to `wanted` calls of a day that has `most`, and return how many; 0 when none is left."""


class OwnSpending:
    """The calls of one instance alone, forgotten when it ends."""

    def __init__(self) -> None:
        self._day, self._taken = "", 0
        self._lock = threading.Lock()

    def take(self, day: str, wanted: int, most: int) -> int:
        """See `Spending`."""
        with self._lock:
            if day > self._day:
                self._day, self._taken = day, 0
            granted = max(min(wanted, most - self._taken), 0)
            self._taken += granted
            return granted


class Allowance:
    """The calls that an instance may still make; `budget` is of a day in UTC, of all instances.

    It takes several calls from the `spending` at a time, so that few searches wait for that. No call is made
    that was not taken before, so a day never sees more than the budget; an instance that ends leaves what it
    took and did not use: at most the first part, or a tenth of what it used. Several threads may share one.
    """

    def __init__(
        self,
        spending: Callable[[], Spending],
        budget: int,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        patience: float = PATIENCE,
    ) -> None:
        self._spending = spending
        self._budget = budget
        self._now = now
        self._patience = patience
        self._lock = threading.Lock()
        self._day = ""
        self._left = self._used = 0
        self._spent = False

    def spend(self) -> Transient | None:
        """Count one call, or say that none is left today; raises what the store of the count raises.

        A store that does not answer in time is `Transient`: nothing is asked that cannot be counted.
        """
        if not self._lock.acquire(timeout=self._patience):
            raise _unreachable()
        try:
            now = self._now()
            if (day := now.date().isoformat()) != self._day:
                self._day, self._left, self._used, self._spent = day, 0, 0, False
            if not self._left and not self._spent:
                self._take()
            if not self._left:
                return Transient(Reason.BUDGET_SPENT, _TOLD, retry_after=_until_midnight(now))
            self._left -= 1
            self._used += 1
            return None
        finally:
            self._lock.release()

    def again(self) -> bool:
        """Count a call that is made once more, and say whether it may be; raises as `spend` does."""
        return self.spend() is None

    def _take(self) -> None:
        wanted = max(self._budget // FIRST, self._used // _USED, 1)
        day, budget = self._day, self._budget
        try:
            until = time.monotonic() + self._patience
            self._left = ending_by(until, lambda: self._spending().take(day, wanted, budget))
        except TimeoutError:
            raise _unreachable() from None
        if not self._left:
            self._spent = True
            log(logging.WARNING, "recognizer budget spent", day=day, budget=budget)


_TOLD = "as many photos were searched for as the shop pays for in a day"


def _unreachable() -> Transient:
    return Transient(Reason.STORAGE_UNAVAILABLE, "the count of the day's photos cannot be reached in time")


def _until_midnight(now: datetime) -> float:
    tomorrow = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return (tomorrow - now).total_seconds()
