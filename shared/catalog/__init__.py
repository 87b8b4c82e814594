"""The ports to the shop's catalog: enrich a record, find records that look like a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from shared.catalog.labels import LabelCounts
from shared.catalog.query import VisualQuery
from shared.model import Refinement, SearchAnswer


@dataclass(frozen=True, slots=True)
class Written:
    """A write that Algolia accepted: which record, in which task, and under which version.

    `replaced` is the version that an unguarded write was to overwrite; None for a guarded one.
    """

    object_id: str
    task: int
    version: int
    replaced: int | None = None

    def took(self, version: int | None) -> bool:
        """Tell whether a record of that version is as this write, or a newer one, left it."""
        if version is None:
            return False
        return version >= self.version if self.replaced is None else version != self.replaced


class Catalog(Protocol):
    """The catalog in which products are enriched.

    Promises, each a contract test run on every implementation:

    - `look_up` gives a product's record however its objectID is spelled, and never two of them;
    - `write` touches the attributes of the update only, and creates a record only where told to;
    - a guarded update with an older or equal version than the record's never changes it;
    - what does not fit into a record is either refused by `write` or not found by `has_taken`, and the record
      is as it was.

    Raises `Transient`, `Permanent` or `Misconfigured`, within a deadline.
    """

    def look_up(self, product: str) -> Mapping[str, Any] | None:
        """The product's record with its `objectID`, as far as the key may see it; None where there is none.

        Raises `Permanent("ambiguous-product")` where the index has one for each spelling.
        """

    def write(self, object_id: str, update: Mapping[str, Any], *, create: bool = False) -> int:
        """Send a partial update; returns the number of its task.

        Accepted does not mean done, see `has_taken`. Raises `Permanent("record-too-big")` too.
        """

    def has_taken(self, written: Written) -> bool:
        """Tell whether the write is in the record, or was overtaken; waits until that is sure."""


class CatalogFinder(Protocol):
    """The catalog in which products are found.

    Promises, each a contract test run on every implementation:

    - `find` returns the page asked for in rank order, and each hit's points are the sum of what matched; in
      strict mode, products that share no label are left out, unless the answer is `reduced`;
    - `record` gives what was written, and `counts` counts it.

    All raise `Transient`, `Permanent` or `Misconfigured`, within a deadline.
    """

    def find(self, query: VisualQuery, refinement: Refinement) -> SearchAnswer:
        """Rank the products by what they share with the picture."""

    def record(self, product: str, attributes: Sequence[str]) -> Mapping[str, Any]:
        """Those attributes of a product's record; raises `UnknownProduct` when there is no record."""

    def counts(self) -> LabelCounts:
        """The number of records, of those that can be paged through, and that carry each common label."""
