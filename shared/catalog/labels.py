"""Labels as facets: weighed by confidence and rarity, or all alike as in Algolia's guide; and whose they are.

A label is telling where few products carry it: one that half the catalog carries says less. Labels of
different recognizers are never compared. Filters add up and know no "only if", so a record cannot be kept
from matching by labels that another recognizer gave it; but one more filter lifts every record of the right
recognizer by as much as labels can give. While a catalog is being labeled anew, finished records come first.
Where hits are put in order by codes, whose labels a record has must not decide which hits those are: the
filter is there, with one point. In a catalog of one recognizer every record is lifted, and nothing changes.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Any

from shared.attribute_names import DEFAULT_NAMES, AttributeNames
from shared.catalog.optional_filters import LABEL_POINTS, RECOGNIZER_POINTS, Term, best_first
from shared.catalog.record import shown
from shared.errors import Failure
from shared.logs import log
from shared.model import Appearance, Label, Labels

MAX_LABELS = 10
"""Ten scored filters stay within 512 bytes, the limit in Algolia's specification for a parameter."""

MAX_NAME_LENGTH = 100

FLOOR = 0.1
"""The least rarity, so that the commonest label still counts for more than a mandatory filter's one point."""

RETRY_AFTER = 30.0
"""Seconds before the index is asked again after it did not answer."""

MAX_AGE = 900.0
"""Seconds for which counts are good: a catalog changes slowly."""


@dataclass(frozen=True, slots=True)
class LabelCounts:
    """The number of records in the index, and of those that carry each label; names are case-folded.

    A `complete` table has every label of the index. Of all records, `reachable` can be paged through; 0 where
    that is not known.
    """

    records: int = 0
    by_label: Mapping[str, int] = field(default_factory=dict)
    reachable: int = 0
    complete: bool = False

    def may_find(self, label: Label) -> bool:
        """Tell whether a product may carry the label."""
        return not self.complete or label.name.casefold() in self.by_label

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

    def current(self) -> LabelCounts:
        """The table; `NOTHING_KNOWN` while there is none. Raises `Misconfigured`."""
        if self._clock() >= self._due and self._asking.acquire(blocking=self._table is None):
            try:
                self._refresh()
            finally:
                self._asking.release()
        return self._table or NOTHING_KNOWN

    def begin(self, background: Executor) -> Callable[[], LabelCounts]:
        """Have the table renewed in the background where that is due; returns what gives it."""
        if self._clock() >= self._due:
            return background.submit(self.current).result
        table = self._table or NOTHING_KNOWN
        return lambda: table

    def _refresh(self) -> None:
        if self._clock() < self._due:
            return
        try:
            self._table, lasts = self._load(), self._max_age
        except Failure as error:
            log(logging.WARNING, "label counts not loaded", reason=error.reason, detail=str(error))
            self._table, lasts = self._table or NOTHING_KNOWN, RETRY_AFTER
        self._due = self._clock() + lasts


class WeightedLabels:
    """The ten best labels that products carry, each worth up to a tenth of `points`.

    Confidence and rarity decide of how much of it.
    """

    def __init__(self, points: int = LABEL_POINTS, names: AttributeNames = DEFAULT_NAMES) -> None:
        self.points = points
        self.facets: Sequence[str] = (names.label_facet,)
        self._names = names

    def attributes(self, look: Appearance) -> dict[str, Any]:
        """All labels."""
        return {self._names.labels: shown(look.labels)}

    def terms(self, look: Appearance, counts: LabelCounts) -> list[Term]:
        """One term for each label that can be asked for."""
        full = self.points // MAX_LABELS
        return best_first(
            Term(self.facets[0], label.name, round(weight(label, counts, full)), "label", label.name)
            for label in usable(tuple(filter(counts.may_find, look.labels)))
        )


class GuideLabels:
    """Labels that all count one point, the way of Algolia's guide "Search by image": the yardstick.

    `minimum` is the score that a label has to exceed; the guide's is 0.5.
    """

    def __init__(self, minimum: float = 0.5) -> None:
        self.points = MAX_LABELS
        self.facets: Sequence[str] = (DEFAULT_NAMES.label_facet,)
        self._minimum = minimum

    def attributes(self, look: Appearance) -> dict[str, Any]:
        """The labels above the minimum."""
        return {DEFAULT_NAMES.labels: shown(self._clear(look.labels))}

    def terms(self, look: Appearance, counts: LabelCounts) -> list[Term]:  # noqa: ARG002 every label counts the same
        """One point for each label above the minimum."""
        return [
            Term(self.facets[0], label.name, 1, "label", label.name)
            for label in usable(self._clear(look.labels))
        ]

    def _clear(self, labels: Labels) -> Labels:
        return tuple(label for label in labels if label.score > self._minimum)


def usable(labels: Labels, limit: int = MAX_LABELS) -> Labels:
    """The best `limit` labels whose names Algolia cannot misread."""
    clear = [label for label in labels if "<score=" not in label.name and len(label.name) <= MAX_NAME_LENGTH]
    return tuple(clear[:limit])


def weight(label: Label, counts: LabelCounts, full: float) -> float:
    """0..`full`, by confidence and rarity.

    The square root keeps one confident label from outvoting several good ones.
    """
    damped: float = label.score**0.5
    return full * damped * counts.rarity(label.name)


def recognizer_facet(names: AttributeNames = DEFAULT_NAMES) -> str:
    """The facet that the filter needs, as Algolia's settings name it; nobody wants to see its counts."""
    return f"filterOnly({names.recognizer_facet})"


def recognizer_filter(
    recognizer_id: str, names: AttributeNames = DEFAULT_NAMES, points: int = RECOGNIZER_POINTS
) -> Term:
    """The filter that asks for records of a recognizer."""
    return Term(names.recognizer_facet, recognizer_id, points, "recognizer")
