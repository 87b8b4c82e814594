"""The catalogue in an Algolia index: both ports, and what the operator's commands ask beside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from shared.attribute_names import DEFAULT_NAMES, AttributeNames
from shared.catalog import Written
from shared.catalog.connection import Connection, Index, connection
from shared.catalog.query import VisualQuery, answer, search_params
from shared.catalog.rarity import LabelCounts
from shared.catalog.recorded import Recorded, by_spelling
from shared.catalog.strategies.likeness import missing_settings
from shared.errors import Permanent, UnknownProduct
from shared.model import Answer, Refinement, spellings
from shared.reasons import Reason

DEADLINE = 15.0
"""Seconds one call may take over all hosts."""

PATIENCE = 60.0
"""Seconds to wait until Algolia has applied new settings."""

TAKING = 10.0
"""Seconds to wait until a write is in its record, or sure not to come."""

MAX_COUNTED = 1_000
"""Labels whose counts Algolia gives at most (parameter `maxValuesPerFacet`); the others are rarer."""


class AlgoliaCatalog:
    """One index, see `Catalog` and `Finder`; one instance serves all threads of a process.

    `index` is there for what no port knows; `names` are those of our attributes. Everything raises
    `Transient`, `Permanent` or `Misconfigured`.
    """

    def __init__(self, index: Connection, names: AttributeNames = DEFAULT_NAMES) -> None:
        self.index = index
        self._names = names

    def look_up(self, product: str) -> dict[str, Any] | None:
        """See `Catalog`; one call, whatever the spellings."""
        found = [record for record in self.index.records(spellings(product)) if record is not None]
        if len(found) > 1:
            raise Permanent(
                Reason.AMBIGUOUS_PRODUCT,
                f"the index has two records {product!r}, one with composed and one with decomposed"
                " characters; delete one of them",
            )
        return found[0] if found else None

    def write(self, object_id: str, update: Mapping[str, Any], *, create: bool = False) -> int:
        """See `Catalog`."""
        action = "partialUpdateObject" if create else "partialUpdateObjectNoCreate"
        return self.index.write(action, {**update, "objectID": object_id})

    def has_taken(self, written: Written) -> bool:
        """See `Catalog`. The record is looked at too: a task that was ignored may never be published."""
        for _ in self.index.watch(written.task, TAKING):
            record = self.record(written.object_id, [self._names.version])
            if written.took(Recorded.of(record, self._names).version):
                return True
        return False

    def find(self, query: VisualQuery, refinement: Refinement) -> Answer:
        """See `Finder`."""
        params = search_params(query, refinement)
        return answer(query, refinement, params, self.index.search(params, _shopper(refinement)))

    def record(self, product: str, attributes: Sequence[str]) -> dict[str, Any]:
        """See `Finder`."""
        [record] = self.index.records([product], attributes)
        if record is None:
            raise UnknownProduct(product)
        return record

    def counts(self) -> LabelCounts:
        """See `Finder`; one search request, which analytics does not count."""
        facet = self._names.label_facet
        response = self.index.search(
            {
                "facets": [facet],
                "maxValuesPerFacet": MAX_COUNTED,
                "hitsPerPage": 0,
                "analytics": False,
                "enableRules": False,
            }
        )
        found = response.get("facets", {}).get(facet, {})
        return LabelCounts(response["nbHits"], {name.casefold(): count for name, count in found.items()})

    def present(self, products: Sequence[str]) -> list[str]:
        """Those of up to 1,000 products that the index has, however they are spelt there."""
        there = by_spelling(products, lambda ids: self.index.records(ids, ["objectID"]))
        return [product for product in products if any(spelt in there for spelt in spellings(product))]

    def merge_settings(self, facets: Sequence[str] = ()) -> Mapping[str, Any]:
        """Add what image search needs to the index's settings; returns what was written, empty if nothing.

        `facets` are those of the strategies in use, see `Likeness`.
        Returns when Algolia has applied it; raises `Transient` when that takes longer than `PATIENCE`.
        """
        missing = missing_settings(self.index.settings(), facets, self._names)
        if missing:
            for _ in self.index.watch(self.index.change_settings(missing), PATIENCE):
                pass
        return missing


def _shopper(refinement: Refinement) -> dict[str, str]:
    """Who searches: without these, all shoppers would be the function's one address to Algolia."""
    headers = {"X-Algolia-UserToken": refinement.user_token, "X-Forwarded-For": refinement.client}
    return {name: value for name, value in headers.items() if value}


def connect(
    index: Index, *, names: AttributeNames = DEFAULT_NAMES, deadline: float = DEADLINE
) -> AlgoliaCatalog:
    """A catalogue over the network, reached at its first call; one call takes at most `deadline` seconds."""
    return AlgoliaCatalog(connection(index, deadline), names)
