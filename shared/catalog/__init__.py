"""The ports to the shop's catalogue: enrich a record, find records that look like a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from shared.catalog.query import VisualQuery
from shared.catalog.rarity import LabelCounts
from shared.model import Answer, Enrichment, Refinement


class Catalog(Protocol):
    """Where products are enriched.

    Promises, each a contract test run on every implementation:

    - `tag` touches our own attributes only, and never creates a record unless built to;
    - an enrichment with an older or equal version than the record's never changes it.

    Raises `Transient`, `Permanent` or `Misconfigured`, within a deadline.
    """

    def tag(self, product: str, enrichment: Enrichment, version: int) -> None:
        """Write what the pictures say about `product`; raises `UnknownProduct` when there is no record."""


class Finder(Protocol):
    """Where products are found.

    Promises, each a contract test run on every implementation:

    - `find` returns the page asked for in rank order, and each hit's points are the sum of what matched; in
      strict mode, products that share no label are left out;
    - `record` gives what `tag` wrote, and `counts` counts it.

    All raise `Transient`, `Permanent` or `Misconfigured`, within a deadline.
    """

    def find(self, query: VisualQuery, refinement: Refinement) -> Answer:
        """Rank the products by what they share with the picture."""

    def record(self, product: str, attributes: Sequence[str]) -> Mapping[str, Any]:
        """Those attributes of a product's record; raises `UnknownProduct` when there is no record."""

    def counts(self) -> LabelCounts:
        """How many records there are, and how many carry each of the commonest labels."""
