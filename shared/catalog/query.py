"""Labels become the search parameters that rank products by what they share with a picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.catalog.rarity import NOTHING_KNOWN, LabelCounts
from shared.catalog.record import FACET
from shared.catalog.strategies import Term
from shared.catalog.strategies.weighing import MAX_LABELS, usable, weight
from shared.model import Labels, Refinement

MAX_FILTERS = MAX_LABELS

FULL_SCORE = 1_000
"""Points of a rare label with confidence 1; ten of them stay far below Algolia's 65,535 for the sum."""

_NOTHING_SEEN = "nothing was recognised"
"""A label no record has: a picture without labels has no strict match."""


@dataclass(frozen=True, slots=True)
class VisualQuery:
    """What to look for: label names with the integer points each adds to a matching product."""

    points: Mapping[str, int]

    @property
    def filters(self) -> list[str]:
        """The flat list whose matches Algolia adds up; see its guide on optional filters."""
        return [Term(FACET, name, points).filter for name, points in self.points.items()]

    @property
    def total(self) -> int:
        """The points of a product that carries every label."""
        return sum(self.points.values())


def visual_query(labels: Labels, counts: LabelCounts = NOTHING_KNOWN) -> VisualQuery:
    """Weigh the best labels by confidence and rarity."""
    weighted = {label.name: round(weight(label, counts, FULL_SCORE)) for label in usable(labels)}
    return VisualQuery({name: points for name, points in weighted.items() if points > 0})


def search_params(query: VisualQuery, refinement: Refinement) -> dict[str, Any]:
    """The complete parameters of one image search; what the shopper did not ask for is left out."""
    params: dict[str, Any] = {
        "query": refinement.query,
        **visual_params(query, refinement),
        "page": refinement.page,
        "hitsPerPage": refinement.hits_per_page,
    }
    if refinement.filters:
        params["filters"] = refinement.filters
    if refinement.facets:
        params["facets"] = list(refinement.facets)
    return params


def visual_params(query: VisualQuery, refinement: Refinement) -> dict[str, Any]:
    """The parameters that make any search one by picture: they rank, and name the search in analytics."""
    return {
        **_ranking(query, refinement),
        "getRankingInfo": True,
        "enableReRanking": False,
        "clickAnalytics": True,
        "analyticsTags": ["image-search"],
        "ruleContexts": ["image-search"],
    }


def _ranking(query: VisualQuery, refinement: Refinement) -> dict[str, Any]:
    """The labels as a preference, or in strict mode as one scored OR group that a product has to match."""
    others = [f"objectID:-{product}" for product in refinement.without]
    shops = list(refinement.optional_filters)
    if refinement.mode == "boost":
        ranking: dict[str, Any] = {"optionalFilters": [*query.filters, *shops]}
        return {**ranking, "facetFilters": others} if others else ranking
    wanted = query.filters or [f"{FACET}:{_NOTHING_SEEN}"]
    strict = {"facetFilters": [wanted, *others], "sumOrFiltersScores": True}
    return {**strict, "optionalFilters": shops} if shops else strict
