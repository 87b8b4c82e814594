"""Facets: the counts and statistics of an answer, and the search among the values of one facet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from devstack.algolia import limits
from devstack.algolia.columns import Mask
from devstack.algolia.documents import JsonObject
from devstack.algolia.highlights import Highlighter
from devstack.algolia.index import Index
from devstack.algolia.limits import AlgoliaError
from devstack.algolia.parameters import integer, text
from devstack.algolia.ranking import matching
from devstack.algolia.request import DeclaredFacet, SearchRequest
from devstack.algolia.switches import Switches
from devstack.algolia.text import QueryWord, query_words, words_of

_FACET_SEARCH_KEYS = frozenset({"facetQuery", "maxFacetHits"})


def facet_answer(index: Index, request: SearchRequest, matching: Mask, deduplicated: Mask) -> JsonObject:
    """Return `facets` and `facets_stats` for the facets asked for; undeclared ones are left out."""
    counts: JsonObject = {}
    statistics: JsonObject = {}
    for path, declared in _wanted_facets(index, request):
        after = declared.after_distinct or request.flag("facetingAfterDistinct")
        selected = deduplicated if after else matching
        counts[path] = _facet_counts(index, request, path, selected)
        numbers = index.table.numbers(path).numbers(selected)
        if len(numbers):
            low, high, total = float(numbers.min()), float(numbers.max()), float(numbers.sum())
            statistics[path] = {"min": low, "max": high, "avg": total / len(numbers), "sum": total}
    return {"facets": counts, "facets_stats": statistics}


def _wanted_facets(index: Index, request: SearchRequest) -> Iterable[tuple[str, DeclaredFacet]]:
    asked = request.names("facets")
    for path, declared in index.declared.items():
        if (path in asked or "*" in asked) and not declared.filter_only and index.is_facet(path):
            yield path, declared


def _facet_counts(index: Index, request: SearchRequest, path: str, selected: Mask) -> dict[str, int]:
    most = min(request.number("maxValuesPerFacet"), limits.MAX_VALUES_PER_FACET)
    found = _by_count(index.table.facet(path).counts(selected))[:most]
    return dict(sorted(found) if request.word("sortFacetValuesBy") == "alpha" else found)


def _by_count(counts: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    return sorted(counts, key=lambda item: (-item[1], item[0]))


def search_facet(index: Index, path: str, raw: Mapping[str, object], switches: Switches) -> JsonObject:
    """Return the values of the facet `path` that match `facetQuery`, among the records the rest selects.

    The words of a value must start with those of the query; the most frequent come first. Raises AlgoliaError
    (400) unless the attribute is declared as `searchable(...)`.
    """
    rest = {key: raw[key] for key in raw if key not in _FACET_SEARCH_KEYS}
    request = SearchRequest(index.settings, rest)
    switches.check(request.optional)
    query = text("facetQuery", raw.get("facetQuery", ""))
    most = raw.get("maxFacetHits", request.number("maxFacetHits"))
    integer(1, limits.MAX_FACET_HITS)("maxFacetHits", most)
    declared = index.declared.get(path)
    if declared is None or not declared.searchable:
        raise AlgoliaError(
            f'Cannot search in "{path}" attribute, add searchable({path}) to attributesForFaceting'
        )
    hits = _facet_hits(index, request, path, query_words(query, "prefixAll"))
    return {"facetHits": list(islice(hits, int(str(most)))), "exhaustiveFacetsCount": True}


def _facet_hits(
    index: Index, request: SearchRequest, path: str, words: Sequence[QueryWord]
) -> Iterator[JsonObject]:
    highlighter = Highlighter(words, request.word("highlightPreTag"), request.word("highlightPostTag"))
    for value, count in _by_count(index.table.facet(path).counts(matching(index, request))):
        if all(any(word.matches(candidate.text) for candidate in words_of(value)) for word in words):
            yield {"value": value, "highlighted": highlighter.text(value)["value"], "count": count}
