"""Which products to look at again, by what their records say; a thousand in memory at most."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice
from typing import Any

from tools.backfill.listing import Listed
from tools.records import Recorded

BATCH = 1_000
"""Records that Algolia returns in one call (API reference, "Retrieve records")."""

Records = Callable[[Sequence[str]], Sequence[Mapping[str, Any] | None]]


class State(StrEnum):
    """What a product's record says about its pictures."""

    NO_RECORD = "no record"
    BARE = "without labels"
    OTHER = "labelled by another recogniser"
    PARTIAL = "without what STRATEGIES ask for"
    CURRENT = "labelled by this recogniser"


def state_of(record: Mapping[str, Any] | None, recogniser_id: str, attributes: Sequence[str] = ()) -> State:
    """Judge a record, None where the index has none; a current one has all these attributes."""
    if record is None:
        return State.NO_RECORD
    recorded = Recorded.of(record)
    if not recorded.enriched:
        return State.BARE
    if recorded.recogniser != recogniser_id:
        return State.OTHER
    return State.CURRENT if all(name in record for name in attributes) else State.PARTIAL


@dataclass(frozen=True, slots=True)
class Selection:
    """Lets products through whose record is in one of the `wanted` states; counts all states it saw.

    `attributes` are those that the strategies in use write.
    """

    records: Records
    recogniser_id: str
    wanted: frozenset[State]
    attributes: Sequence[str] = ()
    seen: Counter[State] = field(default_factory=Counter)

    def chosen(self, products: Iterable[Listed]) -> Iterator[Listed]:
        """Those of the products that are wanted, in order."""
        rest = iter(products)
        while batch := list(islice(rest, BATCH)):
            records = self.records([listed.product for listed in batch])
            for listed, record in zip(batch, records, strict=True):
                state = state_of(record, self.recogniser_id, self.attributes)
                self.seen[state] += 1
                if state in self.wanted:
                    yield listed
