"""Searching with altered copies of the products' own pictures, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from devstack.demo.altered import ALTERATIONS, altered
from devstack.demo.catalogue import Product

NOT_FOUND = 0
WANTED_RANK = 3
WANTED_SHARE = 0.9

Search = Callable[[bytes], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Trial:
    """At which rank the right product came, by alteration; 1 is first, `NOT_FOUND` not among the hits."""

    product: str
    ranks: Mapping[str, int]


def trials(products: Sequence[Product], search: Search) -> Iterator[Trial]:
    """Search with every altered copy of each product's first picture."""
    for product in products:
        copies = altered(product.pictures[0].read_bytes())
        yield Trial(product.id, {name: rank(search(copy), product.id) for name, copy in copies.items()})


def rank(found: Mapping[str, Any], product: str) -> int:
    """The place of `product` among the hits that look like the photo at all."""
    like = [hit["objectID"] for hit in found["hits"] if hit["_visual"]["points"] > 0]
    return like.index(product) + 1 if product in like else NOT_FOUND


@dataclass(frozen=True, slots=True)
class Summary:
    """How many of `copies` came first, and within the first `WANTED_RANK`, by alteration."""

    copies: int
    first: Mapping[str, int]
    near: Mapping[str, int]

    @property
    def share(self) -> float:
        """Share of all copies whose product came within the first `WANTED_RANK`, 0..1."""
        return sum(self.near.values()) / (self.copies * len(ALTERATIONS))


def summary(done: Sequence[Trial]) -> Summary:
    """Count the ranks."""

    def count(alteration: str, worst: int) -> int:
        return sum(NOT_FOUND < trial.ranks[alteration] <= worst for trial in done)

    return Summary(
        copies=len(done),
        first={name: count(name, 1) for name in ALTERATIONS},
        near={name: count(name, WANTED_RANK) for name in ALTERATIONS},
    )
