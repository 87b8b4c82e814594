"""The contenders: ways to find what looks alike, by name, each as a shop would deploy it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from shared import wiring
from shared.catalog.labels import GuideLabels
from shared.catalog.likeness import MAX_FILTERS, Likeness
from shared.labeling import Encoder
from shared.model import StrategyName
from shared.settings.labeling import LabelingSettings

GUIDE = "guide"
DEFAULT = "default"
FEW_FILTERS = 28
"""Ten labels and 18 words, where Algolia takes no more."""

_LARGE = 1_000_000
"""Records from which on there are as many words as ever."""


@dataclass(frozen=True, slots=True)
class Contender:
    """Strategies used together; `about` says for people what it is."""

    name: str
    likeness: Likeness
    about: str = ""


@dataclass(frozen=True, slots=True)
class _Entry:
    """The settings that ask for it: no `ways` are the default's, no `records` those there are."""

    ways: tuple[StrategyName, ...] = ()
    records: int | None = None
    max_filters: int = MAX_FILTERS


_ABOUT: Mapping[str, str] = {
    GUIDE: "Labels that all count the same: the way of Algolia's guide.",
    "labels": "Labels that count by confidence, and by how rare they are in the catalog.",
    "labels+code": "Labels find, and the first 100 hits are put in order by likeness.",
    DEFAULT: "What is deployed when no setting says otherwise, for a catalog of this size.",
    "default-28": "The same with at most 28 filters in a query.",
    "full": "Labels and as many visual words as in a large catalog, and the first 100 hits put in order.",
    "full-unranked": "The same, in the order in which the index finds them.",
}

_LABELS_ONLY: Mapping[str, _Entry] = {"labels": _Entry(("labels",))}
_WITH_VECTORS: Mapping[str, _Entry] = {
    "labels+code": _Entry(("labels", "code")),
    DEFAULT: _Entry(),
    "default-28": _Entry(max_filters=FEW_FILTERS),
    "full": _Entry(("labels", "words", "code"), _LARGE),
    "full-unranked": _Entry(("labels", "words"), _LARGE),
}

NAMES = (GUIDE, *_LABELS_ONLY, *_WITH_VECTORS)
"""Every contender, the yardstick first."""


def contenders(settings: LabelingSettings, encodes: Encoder | None, records: int) -> list[Contender]:
    """Every contender that can take part, for a catalog of so many records.

    Without an encoder nothing that needs vectors takes part, and the default is that of `ENCODER=none`. The
    guide's limit of confidence is the recognizer's own.
    """
    found = [Contender(GUIDE, Likeness([GuideLabels(minimum=0.0)]), _ABOUT[GUIDE])]
    entries = {**_LABELS_ONLY, **(_WITH_VECTORS if encodes else {DEFAULT: _Entry()})}
    for name, entry in entries.items():
        changes = {"strategies": entry.ways, "catalog_size": entry.records or records}
        likeness = wiring.likeness(settings.model_copy(update=changes), encodes, entry.max_filters)
        found.append(Contender(name, likeness, _ABOUT[name]))
    return found
