"""The plan of a backfill: the options it was asked with, and what they come to, found without doing it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any
from unicodedata import normalize

from shared.catalog.judging import Inventory, RecordJudge, State
from shared.model import StoredPicture
from tools.backfill.ledger import BackfillLook, Ledger
from tools.backfill.selection import Listed, ListingTally, RecordTroubles, Selection, products
from tools.output import Examples


@dataclass(frozen=True, slots=True)
class BackfillOptions:
    """The command's options, as they were given."""

    bucket: str | None = None
    prefix: str = ""
    missing: bool = False
    relabel: bool = False
    after: str = ""
    limit: int | None = None
    rate: float | None = None
    yes: bool = False
    force: bool = False

    def wanted(self, *, creates: bool = False) -> frozenset[State]:
        """The states of records that are wanted, empty for all; `creates` where records are made."""
        missing = {State.BARE, State.STALE, State.PARTIAL, *([State.NO_RECORD] if creates else [])}
        return frozenset((missing if self.missing else set()) | ({State.OTHER} if self.relabel else set()))

    @property
    def whole(self) -> bool:
        """True where the whole bucket is walked."""
        return not (self.bucket or self.prefix or self.after or self.limit)


@dataclass(slots=True)
class Plan:
    """The contents of the bucket and what a backfill would do about them; sizes are in bytes.

    `contents` are the different contents of those pictures that are read, `paid` those of them it need
    not be asked about; `too_large` pictures will be refused, `left_out` are beyond what is looked at of one
    product. `states` counts the records of what was listed. Of the `products`, `gone` have no picture left,
    but a record that tells of some; `unreachable` are such products that no pattern can express.
    """

    tally: ListingTally = field(default_factory=ListingTally)
    products: int = 0
    pictures: int = 0
    size: int = 0
    too_large: int = 0
    left_out: int = 0
    contents: int = 0
    paid: int = 0
    states: Mapping[State, int] = field(default_factory=dict)
    seen: RecordTroubles = field(default_factory=RecordTroubles)
    gone: int = 0
    unreachable: Examples = field(default_factory=Examples)

    @property
    def calls(self) -> int:
        """Pictures the recognizer will be asked about."""
        return self.contents - self.paid


@dataclass(frozen=True, slots=True)
class Surveyor:
    """Walks a listing once and notes in the ledger what is to be done.

    Larger pictures than `max_bytes` are not read; without `limit` all products are taken.
    """

    product_of: Callable[[str], str | None]
    max_bytes: int
    ledger: Ledger
    selection: Selection
    limit: int | None = None

    def survey(self, listing: Iterable[StoredPicture]) -> Plan:
        """Plan to look at the listing's products; raises what the listing and the records raise."""
        plan = Plan(seen=self.selection.seen)
        found = products(listing, self.product_of, plan.tally)
        # Where all are wanted, no more need be listed than are taken.
        asked = found if self.selection.wanted else islice(found, self.limit)
        for listed in islice(self.selection.chosen(asked), self.limit):
            self._note(listed, plan)
        plan.contents, plan.paid = self.ledger.contents(), self.ledger.paid()
        plan.states = self.ledger.states()
        return plan

    def _note(self, listed: Listed, plan: Plan) -> None:
        fitting = [picture for picture in listed.pictures if picture.size <= self.max_bytes]
        look = BackfillLook(listed.product, listed.first, listed.last, len(fitting))
        asked = fitting if listed.payable else []
        plan.products += self.ledger.note(look, (picture.content_hash for picture in asked))
        plan.pictures += listed.count
        plan.size += listed.size
        plan.too_large += len(listed.pictures) - len(fitting)
        plan.left_out += listed.count - len(listed.pictures)


@dataclass(frozen=True, slots=True)
class Gone:
    """Looks for products that a walk of the whole bucket has not listed.

    `example` gives a name that a picture of a product could have, None where no pattern can express its id.
    """

    judge: RecordJudge
    example: Callable[[str], str | None]
    ledger: Ledger
    wanted: frozenset[State]

    def survey(self, records: Iterable[Mapping[str, Any]], plan: Plan) -> None:
        """Plan to look again at those of the index's records that are not as without pictures."""
        nothing = Inventory.of([])
        for record in records:
            product = normalize("NFC", str(record["objectID"]))
            states = self.judge.findings(record, nothing)
            if self.wanted.intersection(states) and not self.ledger.has_listed(product):
                self._note(product, plan)

    def _note(self, product: str, plan: Plan) -> None:
        name = self.example(product)
        if name is None:
            plan.unreachable.add(product)
        elif self.ledger.note(BackfillLook(product, name, "")):
            plan.gone += 1
            plan.products += 1
