"""The contenders: ways to find what looks alike, by name, each as a shop would deploy it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared import wiring
from shared.catalog.labels import GuideLabels
from shared.catalog.likeness import Likeness
from shared.labeling import Encoder
from shared.settings import SearchSettings

GUIDE = "guide"
DEFAULT = "default"
FEW_FILTERS = 28
"""Of a query, where Algolia takes no more."""


@dataclass(frozen=True, slots=True)
class Contender:
    """Strategies used together; `about` says for people what it is.

    `tells_whose` is whether its queries have the filter for whose labels a record has.
    """

    name: str
    likeness: Likeness
    about: str = ""
    tells_whose: bool = True


_ABOUT: Mapping[str, str] = {
    GUIDE: "Labels that all count the same: the way of Algolia's guide.",
    "labels": "Labels that count by confidence, and by how rare they are in the catalog.",
    "labels+code": "Labels find, and the first hits are put in order by likeness: no words.",
    DEFAULT: "What is deployed: the settings that are given, the shipped defaults for all others.",
    "default-28": "The same with at most 28 filters in a query.",
    "unranked": "Labels and words, in the order in which the index finds them: no code.",
}

_LABELS_ONLY: Mapping[str, Mapping[str, Any]] = {"labels": {"strategies": ("labels",)}}
_WITH_VECTORS: Mapping[str, Mapping[str, Any]] = {
    "labels+code": {"strategies": ("labels", "code")},
    DEFAULT: {},
    "default-28": {"max_filters": FEW_FILTERS},
    "unranked": {"strategies": ("labels", "words")},
}
"""The settings of each that are not as they are given."""

NAMES = (GUIDE, *_LABELS_ONLY, *_WITH_VECTORS)
"""Every contender, the yardstick first."""


def contenders(settings: SearchSettings, encodes: Encoder | None) -> list[Contender]:
    """Every contender that can take part.

    The default is what these settings deploy. Without an encoder nothing that needs vectors takes part. The
    guide's limit of confidence is the recognizer's own.
    """
    guide = Likeness([GuideLabels(minimum=0.0)])
    found = [Contender(GUIDE, guide, _ABOUT[GUIDE], tells_whose=False)]
    entries = {**_LABELS_ONLY, **(_WITH_VECTORS if encodes else {DEFAULT: {}})}
    for name, changes in entries.items():
        changed = settings.model_copy(update=dict(changes))
        found.append(Contender(name, wiring.likeness(changed, encodes, changed.max_filters), _ABOUT[name]))
    return found
