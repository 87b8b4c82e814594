"""Labels become the search parameters that rank products by what they share with a picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.catalog.record import FACET
from shared.model import Answer, Hit, Labels, Refinement

MAX_FILTERS = 10
"""Ten scored filters stay within 512 bytes, the limit in Algolia's specification for a parameter."""

FULL_SCORE = 1_000
"""Points of a label with confidence 1; ten of them stay far below Algolia's 65,535 for the sum."""

MAX_NAME_LENGTH = 100


@dataclass(frozen=True, slots=True)
class VisualQuery:
    """What to look for: label names with the integer points each adds to a matching product."""

    points: Mapping[str, int]

    @property
    def optional_filters(self) -> list[str]:
        """The flat list whose matches Algolia adds up; see its guide on optional filters."""
        return [f"{FACET}:{_facet_value(name)}<score={points}>" for name, points in self.points.items()]


def visual_query(labels: Labels) -> VisualQuery:
    """Weigh the best labels; the square root keeps one confident label from outvoting several good ones."""
    usable = [label for label in labels if "<score=" not in label.name and len(label.name) <= MAX_NAME_LENGTH]
    weighted = {label.name: round(FULL_SCORE * label.score**0.5) for label in usable[:MAX_FILTERS]}
    return VisualQuery({name: points for name, points in weighted.items() if points > 0})


def search_params(query: VisualQuery, refinement: Refinement) -> dict[str, Any]:
    """The complete parameters of one image search; what the shopper did not ask for is left out."""
    params: dict[str, Any] = {
        "query": refinement.query,
        "optionalFilters": query.optional_filters,
        "page": refinement.page,
        "hitsPerPage": refinement.hits_per_page,
        "getRankingInfo": True,
        "enableReRanking": False,
        "clickAnalytics": True,
        "analyticsTags": ["image-search"],
        "ruleContexts": ["image-search"],
    }
    if refinement.filters:
        params["filters"] = refinement.filters
    if refinement.facets:
        params["facets"] = list(refinement.facets)
    return params


def answer(query: VisualQuery, params: Mapping[str, Any], response: Mapping[str, Any]) -> Answer:
    """Read Algolia's response: each hit with its points and the labels that gave them.

    The score Algolia reports also counts a point for every mandatory filter clause. That is less than any
    label gives, so a score below the least label's is no visual match.
    """
    return Answer(tuple(_hit(query, record) for record in response["hits"]), params, response)


def _hit(query: VisualQuery, record: Mapping[str, Any]) -> Hit:
    own = {label["description"].casefold() for label in record.get("labels") or ()}
    matched = tuple(name for name in query.points if name.casefold() in own)
    score = record["_rankingInfo"]["filters"]
    least = min(query.points.values(), default=FULL_SCORE)
    return Hit(record, score if score >= least else 0, matched)


def _facet_value(name: str) -> str:
    """Only a leading dash has a meaning inside a facet value; everything else goes as it is."""
    return f"\\{name}" if name.startswith("-") else name
