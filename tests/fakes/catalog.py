"""A catalogue in memory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.catalog.query import VisualQuery, answer, search_params
from shared.catalog.record import VERSION_ATTRIBUTE, attributes
from shared.errors import UnknownProduct
from shared.model import Answer, Enrichment, Refinement


class InMemoryCatalog:
    """Records by product; knows label points and paging, no text."""

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
        ]
        hits.sort(key=lambda hit: -hit["_rankingInfo"]["filters"])
        first = refinement.page * refinement.hits_per_page
        response = {"hits": hits[first : first + refinement.hits_per_page], "nbHits": len(hits)}
        return answer(query, search_params(query, refinement), response)


def _points(query: VisualQuery, record: Mapping[str, Any]) -> int:
    own = {label["description"].casefold() for label in record.get("labels", ())}
    return sum(points for name, points in query.points.items() if name.casefold() in own)
