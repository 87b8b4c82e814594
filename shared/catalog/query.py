"""What a picture shows becomes the search parameters that rank products by what they share with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.attribute_names import DEFAULT_NAMES, AttributeNames
from shared.catalog.strategies import Kind, Term
from shared.model import Refinement

_NOTHING_SEEN = "nothing was recognised"
"""A label no record has: a picture without labels has no strict match."""


@dataclass(frozen=True, slots=True)
class VisualQuery:
    """What to look for: scored filters, best first; `names` are those of the records' attributes."""

    terms: Sequence[Term] = ()
    names: AttributeNames = DEFAULT_NAMES

    @property
    def total(self) -> int:
        """The points of a product that shares all that is seen."""
        return sum(term.points for term in self.terms if term.kind != "source")

    def points(self, kind: Kind) -> Mapping[str, int]:
        """The points of each label by name."""
        return named_points(term for term in self.terms if term.kind == kind)

    def filters(self, *kinds: Kind) -> list[str]:
        """The flat list whose matches Algolia adds up; see its guide on optional filters."""
        return [term.filter for term in self.terms if term.kind in kinds]


def named_points(terms: Iterable[Term]) -> Mapping[str, int]:
    """The points of what has a name, by name; a label may have several filters."""
    points: Counter[str] = Counter()
    for term in terms:
        if term.name:
            points[term.name] += term.points
    return points


def search_params(query: VisualQuery, refinement: Refinement) -> dict[str, Any]:
    """The complete parameters of one image search; what the shopper did not ask for is left out."""
    params: dict[str, Any] = {
        "query": refinement.query,
        **visual_params(query, refinement),
        # Highlights would be made of every word of every hit, and nobody gets to see them.
        "attributesToHighlight": [],
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
    """All as preferences, or in strict mode the labels and whose they are as what has to match."""
    others = [f"objectID:-{product}" for product in refinement.without]
    shops = list(refinement.optional_filters)
    if refinement.mode == "boost":
        preferred = [*query.filters("label", "word", "source"), *shops]
        return {"optionalFilters": preferred, **({"facetFilters": others} if others else {})}
    wanted = query.filters("label") or [f"{query.names.label_facet}:{_NOTHING_SEEN}"]
    preferred = [*query.filters("word"), *shops]
    strict = {"facetFilters": [wanted, *query.filters("source"), *others], "sumOrFiltersScores": True}
    return {**strict, "optionalFilters": preferred} if preferred else strict
