"""The use case behind every upload: look at a product's pictures and tell the catalogue what they show.

The record is a function of the bucket. An event only says which product to look at again, so events may come
late, twice or out of order: each reads the bucket as it is after the change it reports, and the version lets
no older reading overwrite a newer one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from shared.catalog import Catalog
from shared.catalog.record import merge
from shared.errors import Failure, Permanent
from shared.images import PictureStore
from shared.labeling import Labeler
from shared.model import Enrichment, Labels, Picture, PictureEvent, StoredPicture


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Enriched:
    """What was written: the product, its pictures and how many labels they have together."""

    product: str
    pictures: int
    labels: int


@dataclass(frozen=True, slots=True)
class Enricher:
    """Pictures -> labels -> record, for one product at a time.

    `product_of` maps an object's name to its product; `url_of` gives a picture's public address.
    """

    pictures: PictureStore
    labeler: Labeler
    catalog: Catalog
    product_of: Callable[[str], str | None]
    url_of: Callable[[StoredPicture], str]
    now: Callable[[], datetime] = _now

    def look_again(self, event: PictureEvent) -> Enriched | None:
        """Bring the record of the event's product up to date; None when the name is no product picture's.

        A picture that was refused does not keep its siblings out of the record; when it is the event's own,
        `Permanent` is raised after the writing (a sibling's refusal belongs to the sibling's event).
        Raises `Transient`, `UnknownProduct` or `Misconfigured` before anything is written.
        """
        product = self.product_of(event.name)
        if product is None:
            return None
        stored = self.pictures.list_product(product)
        outcomes = dict(zip(stored, self._label(stored), strict=True))
        accepted = {
            picture: labels for picture, labels in outcomes.items() if not isinstance(labels, Failure)
        }
        enrichment = self._enrichment(accepted)
        version = max([event.time_us, *(picture.generation for picture in stored)])
        self.catalog.tag(product, enrichment, version)
        _raise_refusal(event.name, outcomes)
        return Enriched(product, enrichment.pictures, len(enrichment.labels))

    def _label(self, stored: Sequence[StoredPicture]) -> list[Labels | Permanent]:
        readings = [self._reading(picture) for picture in stored]
        ready = [reading for reading in readings if isinstance(reading, Picture)]
        answers = iter(self.labeler.label_many(ready) if ready else [])
        return [_settled(next(answers)) if isinstance(reading, Picture) else reading for reading in readings]

    def _reading(self, picture: StoredPicture) -> Picture | Permanent:
        limit = self.labeler.limits.max_bytes
        if picture.size > limit:
            return Permanent("too-large", f"{picture.name} has {picture.size} bytes, more than {limit}")
        if self.labeler.takes_uri:
            return Picture(uri=picture.uri)
        try:
            return Picture(content=self.pictures.read(picture))
        except Permanent as error:
            return error

    def _enrichment(self, accepted: dict[StoredPicture, Labels]) -> Enrichment:
        return Enrichment(
            labels=merge(accepted.values()),
            image_url=next(map(self.url_of, accepted), None),
            recogniser=self.labeler.recogniser_id,
            labeled_at=self.now().isoformat(timespec="seconds"),
            pictures=len(accepted),
        )


def _settled(outcome: Labels | Failure) -> Labels | Permanent:
    if isinstance(outcome, Permanent):
        return outcome
    if isinstance(outcome, Failure):
        raise outcome
    return outcome


def _raise_refusal(name: str, outcomes: dict[StoredPicture, Labels | Permanent]) -> None:
    for picture, outcome in outcomes.items():
        if picture.name == name and isinstance(outcome, Permanent):
            raise outcome
