"""A product's record: our part of it, made of what the pictures say and to fit, and read again.

What was not written as we write it tells nothing, whoever wrote it.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self, TypeVar

from shared.attribute_names import DEFAULT_NAMES, AttributeNames
from shared.model import (
    LABEL,
    Appearance,
    Enrichment,
    Label,
    Labels,
    StoredPicture,
    Vector,
    kind_of,
    spellings,
)

NOT_OURS = "imageURL"
"""Of `visual`: false where the record's address of a picture was left to the shop when we wrote the rest."""

CLOSE = 0.8
"""Share of the limit from which on it is checked that Algolia took the record: attributes may be hidden from
our key, so that the size known here is the least that the record can have."""

MAX_OBJECTS = 1_000
"""Records that Algolia returns in one call (API reference, "Retrieve records")."""

R = TypeVar("R", bound=Mapping[str, object])


def merged(looks: Sequence[Appearance]) -> Appearance:
    """Join what the pictures tell; a picture that does not tell something has no say in it.

    Each label counts with its best score, each color with its mean share; the vector is the mean direction,
    None where the pictures cancel out. Raises `ValueError` for vectors of different lengths.
    """
    labels = sorted((look.labels for look in looks), key=_spelled_out)
    return Appearance(
        merged_labels(labels),
        _mean_shares([look.colors for look in looks if look.colors]),
        _mean_direction([look.vector for look in looks if look.vector]),
    )


def merged_labels(pictures: Iterable[Labels]) -> Labels:
    """Join the labels of several pictures: each name once, case aside, with its best score; best first."""
    best: dict[str, Label] = {}
    for label in (label for labels in pictures for label in labels):
        key = label.name.casefold()
        if key not in best or label.score > best[key].score:
            best[key] = label
    return tuple(sorted(best.values(), key=lambda label: (-label.score, label.name.casefold())))


def _spelled_out(labels: Labels) -> list[tuple[str, float]]:
    """An order of its own, so that of equal labels always the same spelling is kept."""
    return [(label.name, label.score) for label in labels]


def _mean_shares(pictures: Sequence[Labels]) -> Labels:
    shares: defaultdict[str, list[float]] = defaultdict(list)
    for color in (color for colors in pictures for color in colors):
        shares[color.name].append(color.score)
    means = [Label(name, math.fsum(each) / len(pictures)) for name, each in shares.items()]
    return tuple(sorted(means, key=lambda color: (-color.score, color.name)))


def _mean_direction(vectors: Sequence[Vector]) -> Vector | None:
    lengths = {len(vector) for vector in vectors}
    if len(lengths) > 1:
        raise ValueError(f"one encoder's vectors have one length, not {sorted(lengths)}; encode all anew")
    total = [math.fsum(column) for column in zip(*vectors, strict=True)]
    length = math.hypot(*total)
    return tuple(x / length for x in total) if length else None


def attributes(enrichment: Enrichment, names: AttributeNames = DEFAULT_NAMES) -> dict[str, Any]:
    """Our attributes of the record, without the version that guards them.

    Where the picture's address is left to the shop, `visual` says so: it is not ours later either.
    """
    shows = {names.image_url: enrichment.image_url} if names.image_url else {}
    visual = {
        "recognizer": enrichment.recognizer,
        "labeledAt": enrichment.labeled_at,
        "pictures": enrichment.pictures,
        "refused": enrichment.refused,
        "listing": enrichment.listing,
        **({} if shows else {NOT_OURS: False}),
    }
    return {
        **shows,
        names.labels: shown(enrichment.labels),
        names.label_names: [label.name for label in enrichment.labels],
        names.visual: visual,
        **enrichment.likeness,
    }


def shown(labels: Labels) -> list[dict[str, Any]]:
    """The guide's shape: objects of description and score; with a kind, where that is not plainly a label."""
    return [{"description": label.name, "score": round(label.score, 4), **kind_of(label)} for label in labels]


def guarded(ours: Mapping[str, Any], version: int, names: AttributeNames = DEFAULT_NAMES) -> dict[str, Any]:
    """A partial update that Algolia drops whole unless `version` is greater than the record's.

    The guard is the built-in operation `IncrementSet` (Algolia, "Handling concurrency with versioning").
    """
    return {**ours, names.version: {"_operation": "IncrementSet", "value": version}}


def listing_of(pictures: Iterable[StoredPicture]) -> str:
    """The hash of these pictures, each at its generation: twelve hexadecimal digits."""
    lines = sorted(f"{picture.generation} {picture.name}" for picture in pictures)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Fitted:
    """Our attributes, without `left_out` of the values asked for; `size` is the whole record's, in bytes."""

    ours: Mapping[str, Any]
    size: int
    left_out: int = 0


def size_of(record: Mapping[str, Any]) -> int:
    """Bytes of the record as Algolia counts them: minified JSON in UTF-8."""
    return len(json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode(errors="surrogatepass"))


def fitted(
    record: Mapping[str, Any], ours: Mapping[str, Any], limit: int, optional: Collection[str]
) -> Fitted:
    """Our attributes for that record, with as many values of the `optional` lists as fit into `limit` bytes.

    Values are left out from the end, where the least telling are. What is too big all the same has none.
    """
    whole = size_of({**record, **ours})
    if whole <= limit:
        return Fitted(ours, whole)
    fewer, left_out = dict(ours), 0
    for name in optional:
        kept = list(ours.get(name, ()))
        while kept and whole > limit:
            whole -= len(json.dumps(kept.pop(), ensure_ascii=False).encode()) + bool(kept)
            left_out += 1
        fewer[name] = kept
    return Fitted(fewer, whole, left_out)


@dataclass(frozen=True, slots=True)
class Recorded:
    """Our attributes of a record.

    `recognizer` is whose labels it has, empty where it does not tell: that is our mark on a record. `version`
    is the time, in microseconds, of the bucket's state that it describes; `listing` tells that state from
    others. `pictures` were taken by the recognizer, `refused` were not.
    """

    recognizer: str
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
            recognizer=_text(about.get("recognizer")),
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
        """Tell whether it has our attributes at all."""
        return bool(self.recognizer) and self.version is not None


def recognizer_of(record: Mapping[str, Any], names: AttributeNames = DEFAULT_NAMES) -> str:
    """The recognizer of a record's labels, see `Recorded`; a hundred hits are asked for no more."""
    return _text(_about(record, names).get("recognizer"))


def _about(record: Mapping[str, Any], names: AttributeNames) -> Mapping[str, Any]:
    visual = record.get(names.visual)
    return visual if isinstance(visual, Mapping) else {}


def by_spelling(
    products: Iterable[str], records: Callable[[Sequence[str]], Sequence[R | None]]
) -> dict[str, R]:
    """The records there are, by their ids as the index has them; `records` takes `MAX_OBJECTS` at a time."""
    ids = [spelled for product in products for spelled in spellings(product)]
    found: dict[str, R] = {}
    for first in range(0, len(ids), MAX_OBJECTS):
        asked = ids[first : first + MAX_OBJECTS]
        together = zip(asked, records(asked), strict=True)
        found |= {spelled: record for spelled, record in together if record is not None}
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
