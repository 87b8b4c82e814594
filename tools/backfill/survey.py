"""What a backfill would do, found out without doing it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice

from shared.model import StoredPicture
from tools.backfill.ledger import Ledger
from tools.backfill.listing import Listed, Tally, products
from tools.backfill.selection import Selection, State


@dataclass(slots=True)
class Plan:
    """What is in the bucket and what a backfill would do about it; sizes are in bytes.

    `contents` are the different contents of those pictures the recogniser takes, `paid` those of them it need
    not be asked about; `too_large` pictures will be refused, `left_out` are beyond what is looked at of one
    product. `states` counts records, where they were looked at.
    """

    tally: Tally = field(default_factory=Tally)
    products: int = 0
    pictures: int = 0
    size: int = 0
    too_large: int = 0
    left_out: int = 0
    contents: int = 0
    paid: int = 0
    states: Mapping[State, int] = field(default_factory=Counter)

    @property
    def calls(self) -> int:
        """Pictures the recogniser will be asked about."""
        return self.contents - self.paid


@dataclass(frozen=True, slots=True)
class Surveyor:
    """Walks a listing once and notes in the ledger what is to be done.

    `max_bytes` is the recogniser's limit. Without `selection` every product is taken, without `limit` all.
    """

    product_of: Callable[[str], str | None]
    max_bytes: int
    ledger: Ledger
    selection: Selection | None = None
    limit: int | None = None

    def survey(self, listing: Iterable[StoredPicture]) -> Plan:
        """Plan to look at the listing's products; raises what the listing and the records raise."""
        plan = Plan()
        found = products(listing, self.product_of, plan.tally)
        chosen = self.selection.chosen(found) if self.selection else found
        for listed in islice(chosen, self.limit):
            self._note(listed, plan)
        plan.contents, plan.paid = self.ledger.contents(), self.ledger.paid()
        plan.states = self.selection.seen if self.selection else {}
        return plan

    def _note(self, listed: Listed, plan: Plan) -> None:
        fitting = [content for content, size in listed.contents if size <= self.max_bytes]
        plan.products += self.ledger.note(listed, fitting)
        plan.pictures += listed.count
        plan.size += listed.size
        plan.too_large += len(listed.contents) - len(fitting)
        plan.left_out += listed.count - len(listed.contents)
