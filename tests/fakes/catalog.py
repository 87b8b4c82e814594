"""A catalogue in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from shared.catalog.answers import answer
from shared.catalog.query import VisualQuery, search_params
from shared.catalog.rarity import LabelCounts
from shared.catalog.record import VERSION_ATTRIBUTE, attributes
from shared.errors import UnknownProduct
from shared.model import Answer, Enrichment, Label, Labels, Refinement


class InMemoryCatalog:
    """Records by product; knows label points, strictness and paging, no text."""

    def __init__(self, records: Mapping[str, Mapping[str, Any]]) -> None:
        self.records: dict[str, dict[str, Any]] = {key: {**value} for key, value in records.items()}

    def tag(self, product: str, enrichment: Enrichment, version: int) -> None:
        if product not in self.records:
            raise UnknownProduct(product)
        record = self.records[product]
        if version > record.get(VERSION_ATTRIBUTE, 0):
            record |= {**attributes(enrichment), VERSION_ATTRIBUTE: version}

    def find(self, query: VisualQuery, refinement: Refinement) -> Answer:
        hits = [
            {"objectID": product, **record, "_rankingInfo": {"filters": _points(query, record)}}
            for product, record in self.records.items()
            if product not in refinement.without
        ]
        if refinement.mode == "strict":
            hits = [hit for hit in hits if hit["_rankingInfo"]["filters"]]
        hits.sort(key=lambda hit: -hit["_rankingInfo"]["filters"])
        first = refinement.page * refinement.hits_per_page
        response = {"hits": hits[first : first + refinement.hits_per_page], "nbHits": len(hits)}
        return answer(query, refinement, search_params(query, refinement), response)

    def labels_of(self, product: str) -> Labels:
        if product not in self.records:
            raise UnknownProduct(product)
        stored = self.records[product].get("labels", ())
        return tuple(Label(label["description"], label["score"]) for label in stored)

    def counts(self) -> LabelCounts:
        carried = Counter(name for record in self.records.values() for name in _own(record))
        return LabelCounts(len(self.records), carried)


def _own(record: Mapping[str, Any]) -> set[str]:
    return {label["description"].casefold() for label in record.get("labels", ())}


def _points(query: VisualQuery, record: Mapping[str, Any]) -> int:
    return sum(points for name, points in query.points.items() if name.casefold() in _own(record))
