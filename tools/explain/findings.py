"""What bucket, label store, index and parked events say about one product."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.catalog.record import merge
from shared.errors import Permanent
from shared.images import PictureStore
from shared.labeling.store import AnswerStore, Settled
from shared.model import Labels, StoredPicture
from tools.parked.cases import Case
from tools.records import ATTRIBUTES, Recorded


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything known about `product`.

    `pictures` holds each picture of the bucket with the recogniser's word, None where it was not asked yet;
    `record` is None when the index has none, `parked` when nobody looked.
    """

    product: str
    recogniser_id: str
    pictures: Mapping[StoredPicture, Settled[Labels] | None]
    record: Recorded | None
    parked: tuple[Case, ...] | None

    @property
    def newest(self) -> int:
        """The highest generation, in microseconds; 0 without pictures."""
        return max((picture.generation for picture in self.pictures), default=0)

    @property
    def unlabelled(self) -> list[StoredPicture]:
        """Pictures the recogniser was not asked about yet."""
        return [picture for picture, said in self.pictures.items() if said is None]

    @property
    def refused(self) -> list[StoredPicture]:
        """Pictures the recogniser refused."""
        return [picture for picture, said in self.pictures.items() if isinstance(said, Permanent)]

    @property
    def labels(self) -> set[str]:
        """The names the record should hold."""
        said = [said for said in self.pictures.values() if said is not None]
        return {label.name for label in merge(labels for labels in said if not isinstance(labels, Permanent))}


@dataclass(frozen=True, slots=True)
class Sources:
    """Where to look; `parked` gives all that is parked, None when there is no subscription."""

    pictures: PictureStore
    labels: AnswerStore[Labels]
    records: Callable[[Sequence[str], Sequence[str]], Sequence[Mapping[str, Any] | None]]
    parked: Callable[[], Sequence[Case]] | None
    recogniser_id: str

    def find(self, product: str) -> Findings:
        """Look everywhere, changing nothing; raises `Transient`, `Permanent` or `Misconfigured`."""
        pictures = self.pictures.list_product(product)
        [record] = self.records([product], ATTRIBUTES)
        return Findings(
            product=product,
            recogniser_id=self.recogniser_id,
            pictures={picture: self.labels.peek(picture.content_hash) for picture in pictures},
            record=None if record is None else Recorded.of(record),
            parked=None if self.parked is None else tuple(_about(product, pictures, self.parked())),
        )


def _about(product: str, pictures: Iterable[StoredPicture], parked: Iterable[Case]) -> Iterator[Case]:
    """What is parked about the product, or about the same bytes elsewhere: a content is parked once."""
    contents = {picture.content_hash for picture in pictures}
    for case in parked:
        if case.product == product or case.parked.content_hash in contents:
            yield case
