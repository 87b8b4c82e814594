"""The use case behind every upload: look at a product's pictures and tell the catalogue what they show.

The record is a function of the bucket. An event only says which product to look at again, so events may come
late, twice or out of order: each reads the bucket as it is after the change it reports, and the version lets
no older reading overwrite a newer one. `docs/enrichment.md` argues why that holds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from shared.catalog import Catalog
from shared.catalog.strategies.likeness import Likeness
from shared.catalog.strategies.merging import merged
from shared.errors import Permanent
from shared.images import PictureStore
from shared.labeling.store import Settled, T
from shared.model import Appearance, Enrichment, Labels, PictureEvent, StoredPicture
from shared.remembering import Refuse, Remembered


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Enriched:
    """What was written, and what it cost; see `Answers` for the last two."""

    product: str
    pictures: int
    refused: int
    labels: int
    sent: int
    remembered: int


@dataclass(frozen=True, slots=True)
class Enricher:
    """Pictures -> labels -> record, for one product at a time.

    `sights` are what else the pictures show, None where `likeness` needs no more than labels. `product_of`
    maps an object's name to its product, `url_of` gives a picture's public address, and `recogniser_id` is
    that of the labels.
    """

    pictures: PictureStore
    labels: Remembered[Labels]
    sights: Remembered[Appearance] | None
    likeness: Likeness
    catalog: Catalog
    recogniser_id: str
    product_of: Callable[[str], str | None]
    url_of: Callable[[StoredPicture], str]
    now: Callable[[], datetime] = _now

    def look_again(self, event: PictureEvent, refuse: Refuse) -> Enriched | None:
        """Bring the record of the event's product up to date; None when the name is no product picture's.

        A picture the recogniser refuses is told to `refuse` once for its content; its siblings count all the
        same. Raises `Transient`, `UnknownProduct`, `Permanent` or `Misconfigured`; the record is as it
        was then.
        """
        product = self.product_of(event.name)
        if product is None:
            return None
        stored = self.pictures.list_product(product)
        retry_before = event.time_us if event.retry_refused else 0
        answers = self.labels.answers(stored, refuse, retry_refused_before=retry_before)
        labelled = _accepted(answers.settled)
        seen = self._seen(list(labelled), refuse, retry_before)
        enrichment = self._enrichment(labelled, seen)
        version = max([event.time_us, *(picture.generation for picture in stored)])
        self.catalog.tag(product, enrichment, version)
        return Enriched(
            product,
            pictures=enrichment.pictures,
            refused=len(answers.settled) - enrichment.pictures,
            labels=len(enrichment.labels),
            sent=answers.sent,
            remembered=answers.remembered,
        )

    def _seen(
        self, pictures: Sequence[StoredPicture], refuse: Refuse, retry_before: int
    ) -> Mapping[StoredPicture, Appearance]:
        """What the eyes see of pictures the recogniser took; one that only they refuse keeps its labels."""
        if self.sights is None:
            return {}
        return _accepted(self.sights.answers(pictures, refuse, retry_refused_before=retry_before).settled)

    def _enrichment(
        self, labelled: Mapping[StoredPicture, Labels], seen: Mapping[StoredPicture, Appearance]
    ) -> Enrichment:
        look = merged([*(Appearance(labels) for labels in labelled.values()), *seen.values()])
        return Enrichment(
            labels=look.labels,
            image_url=next(map(self.url_of, labelled), None),
            recogniser=self.recogniser_id,
            labeled_at=self.now().isoformat(timespec="seconds"),
            pictures=len(labelled),
            likeness=self.likeness.attributes(look),
        )


def _accepted(settled: Mapping[StoredPicture, Settled[T]]) -> dict[StoredPicture, T]:
    """The answers that are no refusals, by the pictures' names."""
    in_order = sorted(settled.items(), key=lambda item: item[0].name)
    return {picture: said for picture, said in in_order if not isinstance(said, Permanent)}
