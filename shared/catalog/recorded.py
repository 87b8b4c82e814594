"""Reading a product's record, whoever wrote it: what is not as we write it tells nothing."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self, TypeVar

from shared.attribute_names import DEFAULT_NAMES, AttributeNames
from shared.model import LABEL, Label, Labels, spellings


@dataclass(frozen=True, slots=True)
class Recorded:
    """Our attributes of a record.

    `recogniser` is whose labels it has, empty where it does not tell: that is our mark on a record. `version`
    is the time, in microseconds, of the bucket's state that it describes; `listing` tells that state from
    others. `pictures` were taken by the recogniser, `refused` were not.
    """

    recogniser: str
    version: int | None
    labeled_at: str
    pictures: int
    refused: int
    listing: str
    labels: Labels
    label_names: tuple[str, ...]
    image_url: str | None

    @classmethod
    def of(cls, record: Mapping[str, Any], names: AttributeNames = DEFAULT_NAMES) -> Self:
        """Read a record; raises nothing, whatever stands in it."""
        about = _about(record, names)
        address = record.get(names.image_url) if names.image_url else None
        return cls(
            recogniser=_text(about.get("recognizer")),
            version=_whole(record.get(names.version)),
            labeled_at=_text(about.get("labeledAt")),
            pictures=_whole(about.get("pictures")) or 0,
            refused=_whole(about.get("refused")) or 0,
            listing=_text(about.get("listing")),
            labels=labels_in(record.get(names.labels)),
            label_names=_texts(record.get(names.label_names)),
            image_url=address if isinstance(address, str) else None,
        )

    @property
    def enriched(self) -> bool:
        """Whether it has our attributes at all."""
        return bool(self.recogniser) and self.version is not None


def recogniser_of(record: Mapping[str, Any], names: AttributeNames = DEFAULT_NAMES) -> str:
    """Whose labels a record has, see `Recorded`; a hundred hits are asked for no more than that."""
    return _text(_about(record, names).get("recognizer"))


def _about(record: Mapping[str, Any], names: AttributeNames) -> Mapping[str, Any]:
    visual = record.get(names.visual)
    return visual if isinstance(visual, Mapping) else {}


MAX_OBJECTS = 1_000
"""Records that Algolia returns in one call (API reference, "Retrieve records")."""

R = TypeVar("R", bound=Mapping[str, object])


def by_spelling(
    products: Iterable[str], records: Callable[[Sequence[str]], Sequence[R | None]]
) -> dict[str, R]:
    """The records there are, by their ids as spelt in the index; `records` takes `MAX_OBJECTS` at a time."""
    ids = [spelt for product in products for spelt in spellings(product)]
    found: dict[str, R] = {}
    for first in range(0, len(ids), MAX_OBJECTS):
        asked = ids[first : first + MAX_OBJECTS]
        together = zip(asked, records(asked), strict=True)
        found |= {spelt: record for spelt, record in together if record is not None}
    return found


def labels_in(value: object) -> Labels:
    """The labels in a value of Algolia's guide's shape: objects of a description and a score in 0..1."""
    return tuple(label for each in _sequence(value) if (label := _label(each)))


def _label(value: object) -> Label | None:
    if not isinstance(value, Mapping):
        return None
    name, score, kind = value.get("description"), _fraction(value.get("score")), value.get("kind")
    if not isinstance(name, str) or not name or score is None:
        return None
    return Label(name, score, kind if isinstance(kind, str) and kind else LABEL)


def _fraction(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value <= 1 and math.isfinite(value) else None


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: object) -> tuple[str, ...]:
    return tuple(each for each in _sequence(value) if isinstance(each, str))


def _sequence(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else ()
