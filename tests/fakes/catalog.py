"""A catalogue in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from shared.catalog.answers import answer
from shared.catalog.query import VisualQuery, search_params
from shared.catalog.rarity import LabelCounts
from shared.catalog.record import FACET, VERSION_ATTRIBUTE, attributes
from shared.catalog.strategies import Term
from shared.errors import UnknownProduct
from shared.model import Answer, Enrichment, Refinement

REACHABLE = 1_000
"""Hits that Algolia lets anybody page through by default (setting `paginationLimitedTo`)."""


class InMemoryCatalog:
    """Records by product; knows scored filters, strictness and paging, no text and no other filters.

    Attributes in `hidden` count, but no shopper gets to see them.
    """

    def __init__(self, records: Mapping[str, Mapping[str, Any]], reachable: int = REACHABLE) -> None:
        self.records: dict[str, dict[str, Any]] = {key: {**value} for key, value in records.items()}
        self.hidden: set[str] = set()
        self.reachable = reachable

    def tag(self, product: str, enrichment: Enrichment, version: int) -> None:
        record = self._existing(product)
        if version > record.get(VERSION_ATTRIBUTE, 0):
            record |= {**attributes(enrichment), VERSION_ATTRIBUTE: version}

    def find(self, query: VisualQuery, refinement: Refinement) -> Answer:
        hits = [
            {**self._shown(product), "_rankingInfo": {"filters": _score(query, refinement, record)}}
            for product, record in self.records.items()
            if product not in refinement.without and _satisfies(query, refinement, record)
        ]
        hits.sort(key=lambda hit: -hit["_rankingInfo"]["filters"])
        response = self._page(hits, refinement.page, refinement.hits_per_page)
        return answer(query, refinement, search_params(query, refinement), response)

    def record(self, product: str, attributes: Sequence[str]) -> Mapping[str, Any]:
        self._existing(product)
        return {
            name: value for name, value in self._shown(product).items() if name in {"objectID", *attributes}
        }

    def counts(self) -> LabelCounts:
        carried = Counter(name for record in self.records.values() for name in _values(record, FACET))
        return LabelCounts(len(self.records), carried)

    def _existing(self, product: str) -> dict[str, Any]:
        if product not in self.records:
            raise UnknownProduct(product)
        return self.records[product]

    def _shown(self, product: str) -> dict[str, Any]:
        held = {"objectID": product, **self.records[product]}
        return {name: value for name, value in held.items() if name not in self.hidden}

    def _page(self, hits: Sequence[Mapping[str, Any]], page: int, size: int) -> dict[str, Any]:
        within = hits[: self.reachable]
        return {
            "hits": within[page * size : (page + 1) * size],
            "nbHits": len(hits),
            "nbPages": -(-len(within) // size),
            "page": page,
            "hitsPerPage": size,
        }


def _satisfies(query: VisualQuery, refinement: Refinement, record: Mapping[str, Any]) -> bool:
    labels = [term for term in query.terms if term.kind == "label"]
    return refinement.mode == "boost" or any(_matches(term, record) for term in labels)


def _score(query: VisualQuery, refinement: Refinement, record: Mapping[str, Any]) -> int:
    """What Algolia calls `filters`: each product left out is one more clause that the others satisfy."""
    return len(refinement.without) + sum(term.points for term in query.terms if _matches(term, record))


def _matches(term: Term, record: Mapping[str, Any]) -> bool:
    return term.value.casefold() in _values(record, term.attribute)


def _values(record: Mapping[str, Any], attribute: str) -> Collection[str]:
    """The facet values of a record, case-folded, each once."""
    return {value.casefold() for value in _along(record, attribute.split("."))}


def _along(held: object, path: Sequence[str]) -> Iterator[str]:
    if isinstance(held, str):
        yield held
    elif isinstance(held, Mapping):
        yield from _along(held.get(path[0]), path[1:]) if path else ()
    elif isinstance(held, list):
        for each in held:
            yield from _along(each, path)
