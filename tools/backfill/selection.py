"""Products of a bucket's listing, and those of them whose records ask for another look; few in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from shared.catalog.judging import Inventory, State
from shared.catalog.record import MAX_OBJECTS, by_spelling
from shared.errors import Permanent
from shared.model import StoredPicture, spellings
from shared.pictures import MAX_PICTURES, may_be_picture
from tools.backfill.ledger import Ledger
from tools.output import Examples
from tools.record_checks import RecordRoom

BATCH = MAX_OBJECTS
"""Stretches judged together: about as many records as one call returns."""

_HELD = 10_000_000
"""Bytes of records in memory, as Algolia counts them."""

_SETTLED = frozenset({State.NO_RECORD, State.IN_USE, State.BARE})
"""States of a record whichever pictures there are."""

Record = Mapping[str, Any]


@dataclass(slots=True)
class ListingTally:
    """Counts of a listing's objects; sizes are in bytes.

    `outside` are names that no pattern matches, `others` objects of products that can be no pictures.
    """

    objects: int = 0
    size: int = 0
    outside: Examples = field(default_factory=Examples)
    others: Examples = field(default_factory=Examples)

    def add(self, listed: StoredPicture) -> None:
        """Count an object."""
        self.objects += 1
        self.size += listed.size


@dataclass(slots=True)
class Listed:
    """A stretch: pictures of one product that follow one another in the listing, from `first` to `last`.

    `pictures` are those that will be looked at; `count` and `size`, in bytes, are of all. `payable` where the
    recognizer will be asked about them.
    """

    product: str
    first: str
    last: str
    count: int = 0
    size: int = 0
    pictures: list[StoredPicture] = field(default_factory=list)
    payable: bool = True

    def add(self, picture: StoredPicture) -> None:
        """Take the next picture."""
        self.last = picture.name
        self.count += 1
        self.size += picture.size
        if len(self.pictures) < MAX_PICTURES:
            self.pictures.append(picture)


def products(
    listing: Iterable[StoredPicture], product_of: Callable[[str], str | None], tally: ListingTally
) -> Iterator[Listed]:
    """The listing's products in its order, one held at a time; all that is listed goes into `tally`.

    With several patterns, or spellings, a product's pictures may lie apart; then it comes more than once.
    """
    current: Listed | None = None
    for listed in listing:
        tally.add(listed)
        product = product_of(listed.name)
        if product is None or not may_be_picture(listed):
            (tally.outside if product is None else tally.others).add(listed.name)
            continue
        if current is None or current.product != product:
            if current is not None:
                yield current
            current = Listed(product, listed.name, listed.name)
        current.add(listed)
    if current is not None:
        yield current


@dataclass(slots=True)
class RecordTroubles:
    """Products that an enrichment cannot, or not wholly, serve, each counted once."""

    no_record: Examples = field(default_factory=Examples)
    two_records: Examples = field(default_factory=Examples)
    in_use: Examples = field(default_factory=Examples)
    no_room: Examples = field(default_factory=Examples)
    fewer_words: Examples = field(default_factory=Examples)


@dataclass(frozen=True, slots=True)
class Selection:
    """Lets stretches through whose product's record is in one of the `wanted` states, all without any.

    `records` gives whole records, and `list_product` a product's pictures as they are; `creates` where
    records are made for products that have none.
    """

    records: Callable[[Sequence[str]], Sequence[Record | None]]
    list_product: Callable[[str], Sequence[StoredPicture]]
    room: RecordRoom
    ledger: Ledger
    wanted: frozenset[State] = frozenset()
    creates: bool = False
    seen: RecordTroubles = field(default_factory=RecordTroubles)

    def chosen(self, stretches: Iterable[Listed]) -> Iterator[Listed]:
        """Those that are wanted, in order; all are counted."""
        rest, most = iter(stretches), max(1, min(BATCH, _HELD // self.room.max_bytes))
        while batch := list(islice(rest, most)):
            products = dict.fromkeys(listed.product for listed in batch)
            found = by_spelling(products, self.records)
            for listed in batch:
                record = self._judged(listed, found)
                states = self._states(listed, record)
                self.ledger.note_state(listed.product, states[0])
                listed.payable = states[0] not in {State.IN_USE, *([] if self.creates else [State.NO_RECORD])}
                # What has no room at all would be parked again every night.
                hopeless = record is not None and self.room.lacks(record)
                if not self.wanted or (self.wanted.intersection(states) and not hopeless):
                    yield listed

    def _judged(self, listed: Listed, found: Mapping[str, Record]) -> Record | None:
        """The product's record; what is to be said about it is noted when the product comes first."""
        records = [found[spelling] for spelling in spellings(listed.product) if spelling in found]
        if not self.ledger.has_listed(listed.product):
            self._note(listed, records)
        return records[0] if records else None

    def _note(self, listed: Listed, records: Sequence[Record]) -> None:
        if not records:
            self.seen.no_record.add(listed.product)
        elif len(records) > 1:
            self.seen.two_records.add(listed.product)
        elif foreign := self.room.judge.in_use(records[0]):
            self.seen.in_use.add(listed.product, foreign)
        elif self.room.lacks(records[0]):
            self.seen.no_room.add(listed.product)
        elif self.room.expected(records[0], listed.pictures[0]).left_out:
            self.seen.fewer_words.add(listed.product)

    def _states(self, listed: Listed, record: Record | None) -> tuple[State, ...]:
        """All that is to be said of the record, judged by the stretch, and exactly where that is in doubt.

        No stale record is missed. Where the whole bucket is walked, a product that comes once has all its
        pictures in that stretch; one that comes again is listed by itself then. Where only a part is walked,
        a stretch that is not the whole of a product makes a record of the whole look stale, and it is listed
        by itself as well; a record of just that stretch looks stale in the walk of the other part. A listing
        by itself that cannot be had leaves the doubt: another look is parked with the reason why.
        """
        states = self.room.judge.findings(record, Inventory.of(listed.pictures))
        doubtful = State.STALE in states or self.ledger.has_listed(listed.product)
        if _SETTLED.intersection(states) or not doubtful:
            return states
        try:
            return self.room.judge.findings(record, Inventory.of(self.list_product(listed.product)))
        except Permanent:
            return states
