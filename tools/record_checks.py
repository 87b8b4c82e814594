"""Checks of records before anything is written: attributes in use by others, and room for ours; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from shared.catalog.judging import RecordJudge
from shared.catalog.likeness import Likeness
from shared.catalog.record import CLOSE, Fitted, Recorded, attributes, fitted, size_of
from shared.model import Appearance, Enrichment, Label, Labels, StoredPicture
from shared.pictures import image_url
from tools.output import Examples

ADVICE = (
    "give ours other names with ATTRIBUTE_NAMES, or let go of what has the shape of Algolia's guide with"
    " TAKE_OVER_ATTRIBUTES=true, for both functions and here"
)
"""Advice about such attributes; until it is followed nothing is written to such a record."""


_TIME_US = 1_700_000_000_000_000
_MOMENT = "2023-11-14T22:13:20+00:00"
_TYPICAL = "x" * 12
"""A label that nobody has heard yet; Vision's are about as long."""


def in_use(records: Iterable[Mapping[str, Any]], judge: RecordJudge) -> Examples:
    """The records that have some, each with their names."""
    found = Examples()
    for record in records:
        if foreign := judge.in_use(record):
            found.add(str(record["objectID"]), foreign)
    return found


@dataclass(frozen=True, slots=True)
class RecordRoom:
    """The room in records of at most `max_bytes`.

    `labels` are how many a picture gets at most, `dimensions` those of the encoder's vectors, 0 without one;
    `template` is that of pictures' addresses, empty where those are left alone.
    """

    judge: RecordJudge
    likeness: Likeness
    dimensions: int
    labels: int
    max_bytes: int
    template: str = ""

    def lacks(self, record: Mapping[str, Any]) -> bool:
        """True where not even the least that we write fits beside what is not ours."""
        least = Enrichment((), None, self.judge.recognizer_id, "", 0, likeness=self._seen((), 0))
        return size_of({**self._others(record), **self._written(least)}) > self.max_bytes

    def expected(self, record: Mapping[str, Any], picture: StoredPicture) -> Fitted:
        """About what the next enrichment will write, with the labels there are, else as many as can be."""
        known = Recorded.of(record, self.judge.names)
        labels = known.labels if known.enriched else (Label(_TYPICAL, 0.5),) * self.labels
        enrichment = Enrichment(
            labels,
            image_url(self.template, picture.bucket, picture.name),
            self.judge.recognizer_id,
            _MOMENT,
            1,
            listing="0" * 12,
            likeness=self._seen(labels, self.dimensions),
        )
        return fitted(self._others(record), self._written(enrichment), self.max_bytes, self.likeness.optional)

    @property
    def words(self) -> int:
        """The number of visual words that a record should have."""
        return self.words_of(self._seen((), self.dimensions))

    def words_of(self, record: Mapping[str, Any]) -> int:
        """The number of visual words that a record has."""
        lists = (record.get(name) for name in self.likeness.optional)
        return sum(len(each) for each in lists if isinstance(each, list))

    def short_of(self, record: Mapping[str, Any]) -> bool:
        """True where a record has fewer words than it should because it is nearly full."""
        return self.words_of(record) < self.words and size_of(record) > CLOSE * self.max_bytes

    def _others(self, record: Mapping[str, Any]) -> Mapping[str, Any]:
        ours = set(self.judge.read)
        return {name: value for name, value in record.items() if name not in ours}

    def _seen(self, labels: Labels, dimensions: int) -> Mapping[str, Any]:
        return self.likeness.attributes(Appearance(labels, vector=(1.0,) * dimensions or None))

    def _written(self, enrichment: Enrichment) -> Mapping[str, Any]:
        names = self.judge.names
        return {**attributes(enrichment, names), names.version: _TIME_US}
