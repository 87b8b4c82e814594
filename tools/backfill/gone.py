"""Records that tell of pictures though the bucket has none of their product: the events were lost."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from unicodedata import normalize

from shared.catalog.judging import Inventory, RecordJudge, State
from tools.backfill.ledger import Ledger, Look
from tools.backfill.survey import Plan

_NOTHING = Inventory.of([])


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
        for record in records:
            product = normalize("NFC", str(record["objectID"]))
            states = self.judge.findings(record, _NOTHING)
            if self.wanted.intersection(states) and not self.ledger.has_listed(product):
                self._note(product, plan)

    def _note(self, product: str, plan: Plan) -> None:
        name = self.example(product)
        if name is None:
            plan.unreachable.add(product)
        elif self.ledger.note(Look(product, name, "")):
            plan.gone += 1
            plan.products += 1
