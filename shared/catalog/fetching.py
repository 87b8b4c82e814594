"""Records of products, by whichever spelling of its id each has in the index."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from shared.model import spellings

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
