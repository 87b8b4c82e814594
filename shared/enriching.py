"""The use case behind every upload: look at a product's pictures and tell the catalog what they show.

The record is a function of the bucket. An event only says which product to look at again, so events may come
late, twice or out of order: each reads the bucket as it is after the change it reports, and the version lets
no older reading overwrite a newer one. `docs/enrichment.md` argues why that holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from shared.annotation_cache import AnnotationCache, Refuse
from shared.catalog import Catalog, Written
from shared.catalog.judging import RecordJudge
from shared.catalog.likeness import Likeness
from shared.catalog.record import CLOSE, Fitted, Recorded, attributes, fitted, guarded, listing_of, merged
from shared.errors import Permanent, Reason, UnknownProduct
from shared.labeling import Settled, T
from shared.model import Appearance, Enrichment, Labels, PictureEvent, StoredPicture
from shared.ordering import CLOCKS, ProductLock, ProductLocks, Version, version_of
from shared.pictures import Naming, PictureStore, named_like_picture

TOGETHER = 500_000
"""Microseconds within which the next picture follows, where several of a product are uploaded together."""


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Enriched:
    """The outcome of a write and its cost; see `Answers` for the last two.

    `left_out` values did not fit into the record, which has at least `size` bytes.
    """

    product: str
    pictures: int
    refused: int
    labels: int
    size: int
    left_out: int
    sent: int
    remembered: int


class Nothing(StrEnum):
    """A reason to do nothing about an event."""

    NOT_OURS = "outside-pattern"
    NO_PICTURE = "no-picture"
    ANSWERED = "answered"
    LEFT = "left-to-newer"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Enricher:
    """Pictures -> labels -> record, for one product at a time.

    `features` are what else the pictures show, None where `likeness` needs no more than labels. `judge` knows
    what a record of ours is like; `url_of` gives a picture's public address, None where that is left alone.
    A record has at most `max_bytes`; one that is missing is made only with `create_missing`. `turns` are
    shared by the threads of an instance.
    """

    pictures: PictureStore
    labels: AnnotationCache[Labels]
    features: AnnotationCache[Appearance] | None
    likeness: Likeness
    catalog: Catalog
    judge: RecordJudge
    naming: Naming
    url_of: Callable[[StoredPicture], str] | None
    max_bytes: int
    create_missing: bool = False
    turns: ProductLocks = field(default_factory=ProductLocks)
    now: Callable[[], datetime] = _now

    def look_again(self, event: PictureEvent, refuse: Refuse) -> Enriched | Nothing:
        """Bring the record of the event's product up to date, or say why there is nothing to do.

        A picture the recognizer refuses is told to `refuse` once for its content; its siblings count all the
        same. Raises `Transient`, `UnknownProduct`, `Permanent` or `Misconfigured`; the record is as it was
        then.
        """
        product = self.naming.product(event.name)
        if product is None:
            self.naming.check_spelling(event.name)
            return Nothing.NOT_OURS
        if not event.requested and named_like_picture(event.name) is False:
            return Nothing.NO_PICTURE
        with self.turns.of(product) as turn:
            if not event.requested and event.time_us <= turn.version:
                return Nothing.ANSWERED
            if self._is_left(event, turn):
                return Nothing.LEFT
            return self._looked_again(product, event, refuse, turn)

    def _looked_again(
        self, product: str, event: PictureEvent, refuse: Refuse, turn: ProductLock
    ) -> Enriched | Nothing:
        # The record first: what is listed after it was read is newer than what it says.
        record, moment = self.catalog.look_up(product), self.now()
        if record is not None and self._has_answered(record, event, moment):
            return Nothing.ANSWERED
        stored = self._listed(product, turn)
        if record is None and not stored:
            return Nothing.GONE
        if self._is_left(event, turn):
            return Nothing.LEFT
        held = self._writable(product, record)
        newest = turn.newest.generation if turn.newest else 0
        recorded = Recorded.of(held, self.judge.names).version
        version = version_of(event, newest, recorded, _microseconds(moment))
        before = event.time_us if event.retry_refused else 0
        answers = self.labels.answers(stored, refuse, retry_refused_before=before)
        labeled = _accepted(answers.settled)
        seen = self._seen(list(labeled), refuse, before)
        if not event.requested and newest > _microseconds(moment) - TOGETHER:
            self._listed(product, turn)  # others that were uploaded together with it may have come since
            if self._is_left(event, turn):
                return Nothing.LEFT
        enrichment = self._enrichment(labeled, seen, answers.settled, moment)
        written = self._write(held, enrichment, version)
        turn.version = min(version.time_us, _microseconds(moment))
        return Enriched(
            product,
            pictures=enrichment.pictures,
            refused=enrichment.refused,
            labels=len(enrichment.labels),
            size=written.size,
            left_out=written.left_out,
            sent=answers.sent,
            remembered=answers.remembered,
        )

    def _listed(self, product: str, turn: ProductLock) -> list[StoredPicture]:
        """The pictures that are there now."""
        stored = self.pictures.list_product(product)
        turn.newest = max(stored, key=lambda picture: picture.generation, default=None)
        return stored

    def _is_left(self, event: PictureEvent, turn: ProductLock) -> bool:
        """True if all is left to a newer picture's own event; `docs/enrichment.md` says why that is safe."""
        newest = turn.newest
        if event.requested or newest is None or newest.name == event.name:
            return False
        return event.time_us < newest.generation <= _microseconds(self.now()) + CLOCKS

    def _writable(self, product: str, record: Mapping[str, Any] | None) -> Mapping[str, Any]:
        """The record to write to, before anything is paid for; raises where none may be written."""
        if record is None and not self.create_missing:
            raise UnknownProduct(product)
        held = {"objectID": product} if record is None else record
        if foreign := self.judge.in_use(held):
            raise Permanent(
                Reason.ATTRIBUTES_IN_USE,
                f"the record {product!r} has {', '.join(foreign)} from somebody else; give ours other names"
                " with ATTRIBUTE_NAMES, or let go of what has the shape of Algolia's guide with"
                " TAKE_OVER_ATTRIBUTES=true",
            )
        nothing = self.likeness.attributes(Appearance())
        least = Enrichment((), None, self.judge.recognizer_id, "", 0, likeness=nothing)
        if (size := fitted(held, self._ours(least), self.max_bytes, ()).size) > self.max_bytes:
            raise self._too_big(product, size)
        return held

    def _has_answered(self, record: Mapping[str, Any], event: PictureEvent, moment: datetime) -> bool:
        """True of a record of a listing that came after the event, see `docs/enrichment.md`."""
        recorded = Recorded.of(record, self.judge.names)
        if event.requested or not recorded.enriched or recorded.version is None:
            return False
        return event.time_us <= recorded.version <= _microseconds(moment) + CLOCKS

    def _seen(
        self, pictures: Sequence[StoredPicture], refuse: Refuse, retry_before: int
    ) -> Mapping[StoredPicture, Appearance]:
        """The features of pictures the recognizer took; one that has none keeps its labels."""
        if self.features is None:
            return {}
        return _accepted(self.features.answers(pictures, refuse, retry_refused_before=retry_before).settled)

    def _enrichment(
        self,
        labeled: Mapping[StoredPicture, Labels],
        seen: Mapping[StoredPicture, Appearance],
        settled: Mapping[StoredPicture, Settled[Labels]],
        moment: datetime,
    ) -> Enrichment:
        look = merged([*(Appearance(labels) for labels in labeled.values()), *seen.values()])
        return Enrichment(
            labels=look.labels,
            image_url=next(map(self.url_of, labeled), None) if self.url_of else None,
            recognizer=self.judge.recognizer_id,
            labeled_at=moment.isoformat(timespec="seconds"),
            pictures=len(labeled),
            refused=len(settled) - len(labeled),
            listing=listing_of(settled),
            likeness=self.likeness.attributes(look),
        )

    def _ours(self, enrichment: Enrichment) -> dict[str, Any]:
        return attributes(enrichment, self.judge.names)

    def _write(self, held: Mapping[str, Any], enrichment: Enrichment, version: Version) -> Fitted:
        """Write what fits; raises `Permanent("record-too-big")` where not even the least does."""
        sizes = []
        for fit in self._fits(held, enrichment, version):
            sizes.append(fit.size)
            if fit.size <= self.max_bytes and self._takes(str(held["objectID"]), fit, version):
                return fit
        raise self._too_big(str(held["objectID"]), sizes[-1])

    def _fits(self, held: Mapping[str, Any], enrichment: Enrichment, version: Version) -> Iterator[Fitted]:
        """With as many optional values as there is room for; then with none, as attributes may be hidden."""
        names, optional = self.judge.names, self.likeness.optional
        ours = {**self._ours(enrichment), names.version: version.time_us}
        yield fitted(held, ours, self.max_bytes, optional)
        if any(map(ours.get, optional)):
            yield fitted(held, ours, 0, optional)

    def _takes(self, object_id: str, fit: Fitted, version: Version) -> bool:
        """Write it, True if Algolia takes it; near the limit it is asked afterwards, as it may drop it."""
        update = (
            fit.ours if version.replaced is not None else guarded(fit.ours, version.time_us, self.judge.names)
        )
        try:
            task = self.catalog.write(object_id, update, create=self.create_missing)
        except Permanent as error:
            if error.reason != Reason.RECORD_TOO_BIG:
                raise
            return False
        written = Written(object_id, task, version.time_us, version.replaced)
        return fit.size <= CLOSE * self.max_bytes or self.catalog.has_taken(written)

    def _too_big(self, product: str, size: int) -> Permanent:
        return Permanent(
            Reason.RECORD_TOO_BIG,
            f"with ours the record {product!r} has {size} bytes or more, and MAX_RECORD_BYTES allows"
            f" {self.max_bytes}; make the record smaller, or write what your Algolia plan allows",
        )


def _microseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1_000_000)


def _accepted(settled: Mapping[StoredPicture, Settled[T]]) -> dict[StoredPicture, T]:
    """The answers that are no refusals, by the pictures' names."""
    in_order = sorted(settled.items(), key=lambda item: item[0].name)
    return {picture: said for picture, said in in_order if not isinstance(said, Permanent)}
