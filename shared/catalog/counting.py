"""Label counts kept for a while: a search never waits for a fresh table when there is an older one."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from shared.catalog.rarity import NOTHING_KNOWN, LabelCounts
from shared.errors import Failure
from shared.logs import log

RETRY_AFTER = 30.0
"""Seconds before the index is asked again after it did not answer."""


class CurrentCounts:
    """The counts that `load` gives, at most `max_age` seconds old unless the index cannot be asked.

    One thread at a time asks; the others go on with the older table, and only wait where there is none yet.
    """

    def __init__(
        self, load: Callable[[], LabelCounts], max_age: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._load = load
        self._max_age = max_age
        self._clock = clock
        self._asking = threading.Lock()
        self._table: LabelCounts | None = None
        self._due = clock()

    def __call__(self) -> LabelCounts:
        """The table; `NOTHING_KNOWN` while there is none. Raises `Misconfigured`."""
        if self._clock() >= self._due and self._asking.acquire(blocking=self._table is None):
            try:
                self._refresh()
            finally:
                self._asking.release()
        return self._table or NOTHING_KNOWN

    def _refresh(self) -> None:
        if self._clock() < self._due:
            return
        try:
            self._table, lasts = self._load(), self._max_age
        except Failure as error:
            log(logging.WARNING, "label counts not loaded", reason=error.reason, detail=str(error))
            self._table, lasts = self._table or NOTHING_KNOWN, RETRY_AFTER
        self._due = self._clock() + lasts
