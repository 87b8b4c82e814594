"""The port to the shop's catalogue: enrich a record, find records that look like a picture."""

from __future__ import annotations

from typing import Protocol

from shared.catalog.query import VisualQuery
from shared.model import Answer, Enrichment, Refinement


class Catalog(Protocol):
    """Where products are enriched and found.

    Promises, each a contract test run on every implementation:

    - `tag` touches our own attributes only, and never creates a record unless built to;
    - an enrichment with an older or equal version than the record's never changes it;
    - `find` returns the page asked for in rank order, and each hit's points are the sum of what matched.

    Both raise `Transient`, `Permanent` or `Misconfigured`, within a deadline.
    """

    def tag(self, product: str, enrichment: Enrichment, version: int) -> None:
        """Write what the pictures say about `product`; raises `UnknownProduct` when there is no record."""

    def find(self, query: VisualQuery, refinement: Refinement) -> Answer:
        """Rank the products by the labels they share with the picture."""
