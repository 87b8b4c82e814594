"""Facet counts, their statistics, and the search within facet values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from devstack.algolia import limits
from devstack.algolia.columns import Mask
from devstack.algolia.documents import JsonObject
from devstack.algolia.index import Index
from devstack.algolia.limits import AlgoliaError
from devstack.algolia.request import SearchRequest
from devstack.algolia.settings import DeclaredFacet
from devstack.algolia.text import Highlighter, query_words, words_of


def facet_answer(index: Index, request: SearchRequest, matching: Mask, deduplicated: Mask) -> JsonObject:
    """Return `facets` and `facets_stats` for the facets asked for; undeclared ones are left out."""
    counts: JsonObject = {}
    statistics: JsonObject = {}
    for path, declared in _wanted(index, request):
        after = declared.after_distinct or request.flag("facetingAfterDistinct")
        selected = deduplicated if after else matching
        counts[path] = _counts(index, request, path, selected)
        numbers = index.table.numbers(path).numbers(selected)
        if len(numbers):
            low, high, total = float(numbers.min()), float(numbers.max()), float(numbers.sum())
            statistics[path] = {"min": low, "max": high, "avg": total / len(numbers), "sum": total}
    return {"facets": counts, "facets_stats": statistics}


def _wanted(index: Index, request: SearchRequest) -> Iterable[tuple[str, DeclaredFacet]]:
    asked = request.names("facets")
    for path, declared in index.declared.items():
        if (path in asked or "*" in asked) and not declared.filter_only:
            yield path, declared


def _counts(index: Index, request: SearchRequest, path: str, selected: Mask) -> dict[str, int]:
    most = min(request.number("maxValuesPerFacet"), limits.MAX_VALUES_PER_FACET)
    found = _by_count(index.table.facet(path).counts(selected))[:most]
    return dict(sorted(found) if request.word("sortFacetValuesBy") == "alpha" else found)


def _by_count(counts: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    return sorted(counts, key=lambda item: (-item[1], item[0]))


@dataclass(frozen=True, slots=True)
class FacetQuery:
    """What to look for among the values of the facet `path`."""

    path: str
    text: str


def search_facet_values(
    index: Index, request: SearchRequest, query: FacetQuery, selected: Mask
) -> list[JsonObject]:
    """Return the facet values whose words start with those of the query, most frequent first.

    Raises AlgoliaError (400) unless the attribute is declared as `searchable(...)`.
    """
    path = query.path
    declared = index.declared.get(path)
    if declared is None or not declared.searchable:
        raise AlgoliaError(
            f'Cannot search in "{path}" attribute, add searchable({path}) to attributesForFaceting'
        )
    words = query_words(query.text, "prefixAll")
    highlighter = Highlighter(words, request.word("highlightPreTag"), request.word("highlightPostTag"))
    return [
        {"value": value, "highlighted": highlighter.text(value)["value"], "count": count}
        for value, count in _by_count(index.table.facet(path).counts(selected))
        if all(any(word.matches(candidate.text) for candidate in words_of(value)) for word in words)
    ]
