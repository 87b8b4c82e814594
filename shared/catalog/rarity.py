"""How telling a label is: one that half the catalogue carries says less than one that few products carry."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from shared.errors import Failure
from shared.logs import log

FLOOR = 0.1
"""The least rarity, so that the commonest label still counts for more than a mandatory filter's one point."""


@dataclass(frozen=True, slots=True)
class LabelCounts:
    """How many records the index holds, and how many of them carry each label; names are case-folded."""

    records: int = 0
    by_label: Mapping[str, int] = field(default_factory=dict)

    def rarity(self, name: str) -> float:
        """`FLOOR`..1: the inverse document frequency, 1 for a label that no record is known to carry.

        log((1 + N) / (1 + n)) / log(1 + N): the smoothed form of Sparck Jones's weighting (1972), scaled.
        """
        if self.records < 1:
            return 1.0
        carrying = min(self.by_label.get(name.casefold(), 0), self.records)
        return max(FLOOR, math.log((1 + self.records) / (1 + carrying)) / math.log(1 + self.records))


NOTHING_KNOWN = LabelCounts()
"""Every label counts the same."""


RETRY_AFTER = 30.0
"""Seconds before the index is asked again after it did not answer."""


MAX_AGE = 900.0
"""Seconds for which counts are good: a catalogue changes slowly."""


class CurrentCounts:
    """The counts that `load` gives, at most `max_age` seconds old unless the index cannot be asked.

    One thread at a time asks; the others go on with the older table, and only wait where there is none yet.
    """

    def __init__(
        self,
        load: Callable[[], LabelCounts],
        max_age: float = MAX_AGE,
        clock: Callable[[], float] = time.monotonic,
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
