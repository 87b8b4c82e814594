"""The product an operator asks about, and all that bucket, label store, index and queue say of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from unicodedata import normalize

from shared.catalog.judging import Inventory, State
from shared.catalog.record import Recorded, merged, shown
from shared.errors import Permanent
from shared.labeling import AnnotationStore, Settled
from shared.model import Appearance, Labels, StoredPicture
from shared.pictures import Naming, PictureStore
from tools.parked.cases import Case
from tools.record_checks import RecordRoom

_SCHEME = "gs://"


@dataclass(frozen=True, slots=True)
class Subject:
    """A product, and the picture it was asked for by, with the pattern that matched its name."""

    product: str
    name: str | None = None
    pattern: str | None = None


def subject(asked: str, bucket: str, patterns: Sequence[str]) -> Subject:
    """Read an object's name, its `gs://` address, or a product's id.

    Raises `Permanent` for an object that the enrich function ignores, or parks for its spelling.
    """
    name = _name(asked, bucket)
    for pattern in patterns:
        if product := Naming([pattern]).product(name):
            return Subject(product, name, pattern)
    Naming(patterns).check_spelling(name)
    # No placeholder matches a slash, so what holds one is no product's id either.
    if asked.startswith(_SCHEME) or "/" in asked:
        known = ", ".join(patterns)
        raise Permanent(
            "outside-pattern",
            f"{asked} is ignored: its name matches no pattern of OBJECT_PATTERN ({known}).\n"
            "What to do: rename the object, or add a pattern that matches it.",
        )
    return Subject(normalize("NFC", asked))


def _name(asked: str, bucket: str) -> str:
    if not asked.startswith(_SCHEME):
        return asked
    named, _, name = asked.removeprefix(_SCHEME).partition("/")
    if named != bucket:
        raise Permanent(
            "other-bucket",
            f"{asked} is ignored: the enrich function looks at gs://{bucket} only (PICTURE_BUCKET).\n"
            "What to do: ask about an object of that bucket, or set PICTURE_BUCKET as the function has it.",
        )
    return name


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything known about `product`.

    `pictures` holds each picture of the bucket with the recognizer's word, None where it was not asked yet;
    `record` is None when the index has none, `parked` when nobody looked, and `example`, a name that a
    picture could have, when no pattern can express the product's id.
    """

    product: str
    room: RecordRoom
    pictures: Mapping[StoredPicture, Settled[Labels] | None]
    record: Mapping[str, Any] | None
    parked: tuple[Case, ...] | None
    example: str | None = None

    @property
    def states(self) -> tuple[State, ...]:
        """The states of the record, the most telling first, as `backfill` judges it."""
        return self.room.judge.findings(self.record, Inventory.of(list(self.pictures)))

    @property
    def recorded(self) -> Recorded:
        """Our attributes of the record."""
        return Recorded.of(self.record or {}, self.room.judge.names)

    @property
    def foreign(self) -> list[str]:
        """Attributes of the record that somebody else uses under our names."""
        return self.room.judge.in_use(self.record or {})

    @property
    def lacking(self) -> list[str]:
        """Attributes that the strategies ask for and the record lacks."""
        return [name for name in self.room.judge.likeness if (self.record or {}).get(name) is None]

    @property
    def newest(self) -> int:
        """The highest generation, in microseconds; 0 without pictures."""
        return max((picture.generation for picture in self.pictures), default=0)

    @property
    def unlabeled(self) -> list[StoredPicture]:
        """Pictures the recognizer was not asked about yet."""
        return [picture for picture, said in self.pictures.items() if said is None]

    @property
    def refused(self) -> list[StoredPicture]:
        """Pictures the recognizer refused."""
        return [picture for picture, said in self.pictures.items() if isinstance(said, Permanent)]

    @property
    def differs(self) -> bool:
        """True where the record's labels are others than those remembered of its pictures."""
        said = [said for said in self.pictures.values() if said is not None]
        labels = merged([Appearance(each) for each in said if not isinstance(each, Permanent)]).labels
        names = tuple(label.name for label in labels)
        return shown(self.recorded.labels) != shown(labels) or self.recorded.label_names != names


@dataclass(frozen=True, slots=True)
class Sources:
    """The places to look in; `parked` gives all that is parked, None when there is no subscription.

    `example` gives a name that a picture of a product could have, None where there can be none.
    """

    pictures: PictureStore
    labels: AnnotationStore[Labels]
    look_up: Callable[[str], Mapping[str, Any] | None]
    parked: Callable[[], Sequence[Case]] | None
    room: RecordRoom
    example: Callable[[str], str | None]

    def find(self, product: str) -> Findings:
        """Look everywhere, changing nothing; raises `Transient`, `Permanent` or `Misconfigured`."""
        pictures = self.pictures.list_product(product)
        return Findings(
            product=product,
            room=self.room,
            pictures={picture: self.labels.peek(picture.content_hash) for picture in pictures},
            record=self.look_up(product),
            parked=None if self.parked is None else tuple(_about(product, pictures, self.parked())),
            example=self.example(product),
        )


def _about(product: str, pictures: Iterable[StoredPicture], parked: Iterable[Case]) -> Iterator[Case]:
    """The cases about the product, or about the same bytes elsewhere: a content is parked once."""
    contents = {picture.content_hash for picture in pictures}
    for case in parked:
        if case.product == product or case.parked.content_hash in contents:
            yield case
