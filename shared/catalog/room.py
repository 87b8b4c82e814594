"""Making an enrichment fit into a record: Algolia limits a record's size by the plan."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from shared.model import spellings

CLOSE = 0.8
"""Share of the limit from which on it is checked that Algolia took the record: attributes may be hidden from
our key, so that the size known here is the least that the record can have."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """Our attributes, without `left_out` of the values asked for; `size` is the whole record's, in bytes."""

    ours: Mapping[str, Any]
    size: int
    left_out: int = 0


def size_of(record: Mapping[str, Any]) -> int:
    """Bytes of the record as Algolia counts them: minified JSON in UTF-8."""
    return len(json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode(errors="surrogatepass"))


def fitted(
    record: Mapping[str, Any], ours: Mapping[str, Any], limit: int, optional: Collection[str]
) -> Fitted:
    """Our attributes for that record, with as many values of the `optional` lists as fit into `limit` bytes.

    Values are left out from the end, where the least telling are. What is too big all the same has none.
    """
    whole = size_of({**record, **ours})
    if whole <= limit:
        return Fitted(ours, whole)
    fewer, left_out = dict(ours), 0
    for name in optional:
        kept = list(ours.get(name, ()))
        while kept and whole > limit:
            whole -= len(json.dumps(kept.pop(), ensure_ascii=False).encode()) + bool(kept)
            left_out += 1
        fewer[name] = kept
    return Fitted(fewer, whole, left_out)


MAX_OBJECTS = 1_000
"""Records that Algolia returns in one call (API reference, "Retrieve records")."""

R = TypeVar("R", bound=Mapping[str, object])


def by_spelling(
    products: Iterable[str], records: Callable[[Sequence[str]], Sequence[R | None]]
) -> dict[str, R]:
    """The records there are, by their ids as spelt in the index; `records` takes `MAX_OBJECTS` at a time."""
    ids = [spelt for product in products for spelt in spellings(product)]
    found: dict[str, R] = {}
    for first in range(0, len(ids), MAX_OBJECTS):
        asked = ids[first : first + MAX_OBJECTS]
        together = zip(asked, records(asked), strict=True)
        found |= {spelt: record for spelt, record in together if record is not None}
    return found
