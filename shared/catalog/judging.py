"""The one judge of a product's record: whose it is, and whether it says what the bucket holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from shared.attribute_names import DEFAULT_NAMES, AttributeNames
from shared.catalog.record import NOT_OURS, Recorded, labels_in, listing_of
from shared.model import StoredPicture


class State(StrEnum):
    """The states of a record, the most telling first."""

    NO_RECORD = "no record"
    IN_USE = "with attributes of somebody else's under our names"
    BARE = "without labels"
    OTHER = "labeled by another recognizer"
    STALE = "not of the pictures that are there now"
    PARTIAL = "without what STRATEGIES or COLORS ask for"
    CURRENT = "up to date"


@dataclass(frozen=True, slots=True)
class Inventory:
    """The pictures of a product that count.

    How many they are, the newest generation in microseconds, and what tells them from others.
    """

    count: int
    newest: int
    listing: str

    @classmethod
    def of(cls, pictures: Sequence[StoredPicture]) -> Self:
        """Take stock."""
        newest = max((picture.generation for picture in pictures), default=0)
        return cls(len(pictures), newest, listing_of(pictures))


@dataclass(frozen=True, slots=True)
class RecordJudge:
    """Knows what a record of ours is like.

    `likeness` are the attributes beside those that every record has. With `take_over`, attributes that have
    the shape of Algolia's guide may be written over though they lack our mark.
    """

    recognizer_id: str
    names: AttributeNames = DEFAULT_NAMES
    likeness: Sequence[str] = ()
    take_over: bool = False

    @property
    def read(self) -> list[str]:
        """The attributes that have to be known."""
        names = self.names
        unused = {"", names.words, names.code, names.colors}
        own = (name for name in names.by_default_name().values() if name not in unused)
        return list(dict.fromkeys((*own, *self.likeness)))

    def in_use(self, record: Mapping[str, Any]) -> list[str]:
        """Names of ours under which stands what is not ours, and what may not be written over.

        Our mark is `visual` with a recognizer in it. A record that has it is ours, but for an address that we
        had left to the shop, and for what does not look like anything that we write.
        """
        marked = bool(Recorded.of(record, self.names).recognizer)
        return [
            name for name in self.read if name in record and not self._may_write(name, record, marked=marked)
        ]

    def findings(self, record: Mapping[str, Any] | None, there: Inventory) -> tuple[State, ...]:
        """All that is to be said of a record, None where there is none, beside these pictures."""
        if record is None:
            return (State.NO_RECORD,)
        if self.in_use(record):
            return (State.IN_USE,)
        return tuple(self._shortcomings(record, there)) or (State.CURRENT,)

    def _shortcomings(self, record: Mapping[str, Any], there: Inventory) -> Iterator[State]:
        recorded = Recorded.of(record, self.names)
        if not recorded.enriched:
            if there.count:
                yield State.BARE
            return
        if there.count and recorded.recognizer != self.recognizer_id:
            yield State.OTHER
        if _is_stale(recorded, there):
            yield State.STALE
        if any(record.get(name) is None for name in self.likeness):
            yield State.PARTIAL

    def _may_write(self, name: str, record: Mapping[str, Any], *, marked: bool) -> bool:
        value, names = record[name], self.names
        if name == names.image_url:
            visual = record.get(names.visual)
            left_to_shop = isinstance(visual, Mapping) and visual.get(NOT_OURS) is False
            return (value is None or isinstance(value, str)) and (
                (marked and not left_to_shop) or self.take_over
            )
        if not marked:
            return self.take_over and name == names.labels and _is_guides(value)
        return value is None or _is_ours(name, value, names)


def _is_stale(recorded: Recorded, there: Inventory) -> bool:
    """True of a record of another state of the bucket; one without a listing can only be counted."""
    behind = recorded.version is not None and recorded.version < there.newest
    counted = recorded.pictures + recorded.refused == there.count
    return behind or not counted or recorded.listing not in {"", there.listing}


def _is_guides(value: object) -> bool:
    return isinstance(value, list) and len(labels_in(value)) == len(value)


def _is_ours(name: str, value: object, names: AttributeNames) -> bool:
    """Tell whether a value looks like what we write under that name, in whatever version."""
    if name == names.labels:
        return _is_guides(value)
    if name == names.visual:
        return isinstance(value, Mapping)
    if name == names.version:
        return isinstance(value, int) and not isinstance(value, bool)
    if name.startswith(f"{names.code}_"):
        return isinstance(value, str)
    return isinstance(value, list) and all(isinstance(each, str) for each in value)
