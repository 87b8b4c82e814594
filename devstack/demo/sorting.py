"""The orders that the shop's visitors choose from; each is an index, as Algolia has it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from devstack.demo.catalogue import Product

_RANKING = ("typo", "geo", "words", "filters", "proximity", "attribute", "exact", "custom")


@dataclass(frozen=True, slots=True)
class Order:
    """The index that has the order, what a visitor reads, and the criterion before Algolia's own, if any."""

    index: str
    label: str
    first: str = ""

    @property
    def ranking(self) -> list[str]:
        """The index's setting of that name."""
        return [self.first, *_RANKING] if self.first else [*_RANKING]


def orders(index: str, products: Iterable[Product]) -> list[Order]:
    """Relevance first; by price only where a product has one. The index of relevance is `index` itself."""
    relevance = Order(index, "Most relevant")
    if not any(isinstance(product.record.get("price"), int | float) for product in products):
        return [relevance]
    return [
        relevance,
        Order(f"{index}_price_asc", "Price: low to high", "asc(price)"),
        Order(f"{index}_price_desc", "Price: high to low", "desc(price)"),
    ]
