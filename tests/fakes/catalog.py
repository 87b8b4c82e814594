"""A catalog in memory."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Literal

from shared.attribute_names import DEFAULT_NAMES, AttributeNames
from shared.catalog import Written
from shared.catalog.labels import LabelCounts
from shared.catalog.optional_filters import Term
from shared.catalog.query import VisualQuery, answer, search_params
from shared.catalog.record import Recorded, size_of
from shared.errors import Permanent, UnknownProduct
from shared.model import Refinement, SearchAnswer, spellings

REACHABLE = 1_000
"""Hits that Algolia lets anybody page through by default (setting `paginationLimitedTo`)."""


class InMemoryCatalog:
    """Records by product; knows scored filters, strictness and paging, no text and no other filters.

    Attributes in `hidden` count, but nobody gets to see them. A record has at most `max_bytes`: what would
    make it bigger is refused `at-once`, or accepted and dropped `in-task`.
    """

    def __init__(
        self,
        records: Mapping[str, Mapping[str, Any]],
        reachable: int = REACHABLE,
        names: AttributeNames = DEFAULT_NAMES,
    ) -> None:
        self.records: dict[str, dict[str, Any]] = {key: {**value} for key, value in records.items()}
        self.hidden: set[str] = set()
        self.reachable = reachable
        self.max_bytes = 10_000
        self.too_big: Literal["at-once", "in-task"] = "in-task"
        self._names = names
        self._tasks = itertools.count(1)

    def look_up(self, product: str) -> dict[str, Any] | None:
        found = [self._shown(spelled) for spelled in spellings(product) if spelled in self.records]
        if len(found) > 1:
            raise Permanent("ambiguous-product", f"the index has two records {product!r}")
        return found[0] if found else None

    def write(self, object_id: str, update: Mapping[str, Any], *, create: bool = False) -> int:
        record = self.records.setdefault(object_id, {}) if create else self.records.get(object_id)
        if record is not None:
            self._apply({"objectID": object_id, **record}, update)
        return next(self._tasks)

    def has_taken(self, written: Written) -> bool:
        if written.object_id not in self.records:
            raise UnknownProduct(written.object_id)
        return written.took(Recorded.of(self.records[written.object_id], self._names).version)

    def _apply(self, record: Mapping[str, Any], update: Mapping[str, Any]) -> None:
        guards = {name: value["value"] for name, value in update.items() if _is_guard(value)}
        if any(record.get(name, 0) >= version for name, version in guards.items()):
            return
        after = {**record, **update, **guards}
        if size_of(after) <= self.max_bytes:
            self.records[record["objectID"]] |= {**update, **guards}
        elif self.too_big == "at-once":
            raise Permanent("record-too-big", f"{size_of(after)} bytes")

    def find(self, query: VisualQuery, refinement: Refinement) -> SearchAnswer:
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
        carried = Counter(
            name for record in self.records.values() for name in _values(record, self._names.label_facet)
        )
        reachable = min(len(self.records), self.reachable)
        return LabelCounts(len(self.records), carried, reachable, complete=bool(carried))

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


def _is_guard(value: object) -> bool:
    return isinstance(value, Mapping) and value.get("_operation") == "IncrementSet"


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
