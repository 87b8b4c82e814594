"""A search by picture: what Algolia is asked, and what becomes of its answer.

Products rank by what they share with the picture, and hits say why they are there.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shared.attribute_names import DEFAULT_NAMES, AttributeNames
from shared.catalog.optional_filters import Kind, Term
from shared.catalog.record import recognizer_of
from shared.model import Hit, Refinement, SearchAnswer, Shared

_NOTHING_SEEN = "nothing was recognized"
"""A label no record has: a picture without labels has no strict match."""

_BESIDE: Mapping[str, Any] = {
    "enableABTest": False,
    "enablePersonalization": False,
    "enableReRanking": False,
    "mode": "keywordSearch",
    "clickAnalytics": True,
    "analyticsTags": ["image-search"],
    "ruleContexts": ["image-search"],
}
"""Beside the ranking: turned off is all else that would order the hits, or look for others."""

_Asked = Mapping[tuple[str, ...], Mapping[str, Sequence[Term]]]
"""Terms by the path of their attribute and their value, case aside."""


@dataclass(frozen=True, slots=True)
class VisualQuery:
    """Scored filters to look for, best first; `names` are those of the records' attributes.

    A `bare` one has none, and no other parameter of a search by picture either; a `plain` one only lacks what
    not every plan of Algolia's takes, and is the same picture.
    """

    terms: Sequence[Term] = ()
    names: AttributeNames = DEFAULT_NAMES
    bare: bool = False
    plain: bool = field(default=False, compare=False)

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
        **(_bare_params(refinement) if query.bare else visual_params(query, refinement)),
        # They would be made of every word of every hit, and nobody gets to see them.
        "attributesToHighlight": [],
        "attributesToSnippet": [],
        "page": refinement.page,
        "hitsPerPage": refinement.hits_per_page,
    }
    if refinement.filters:
        params["filters"] = refinement.filters
    if refinement.facets:
        params["facets"] = list(refinement.facets)
    return params


def visual_params(query: VisualQuery, refinement: Refinement) -> dict[str, Any]:
    """The parameters that make any search one by picture: they rank, and name the search in analytics.

    Whether scores of a flat list add up by themselves, two pages of Algolia's tell differently ("Optional
    filters", "Filter scoring"): they do if asked. A value of several that a shopper chose then adds a point.
    """
    return {
        **_ranking(query, refinement),
        "sumOrFiltersScores": True,
        "getRankingInfo": True,
        **({} if query.plain else _BESIDE),
    }


def _ranking(query: VisualQuery, refinement: Refinement) -> dict[str, Any]:
    """All as preferences, or in strict mode the labels and whose they are as what has to match."""
    others = _others(refinement)
    shops = list(refinement.optional_filters)
    if refinement.mode == "boost":
        preferred = [*query.filters("label", "word", "recognizer"), *shops]
        return {"optionalFilters": preferred, **({"facetFilters": others} if others else {})}
    wanted = query.filters("label") or [f"{query.names.label_facet}:{_NOTHING_SEEN}"]
    preferred = [*query.filters("word"), *shops]
    strict = {"facetFilters": [wanted, *query.filters("recognizer"), *others]}
    return {**strict, "optionalFilters": preferred} if preferred else strict


def _bare_params(refinement: Refinement) -> dict[str, Any]:
    """The shop's own parameters, and ranking info: it names the pinned hits, which keep their places."""
    params = {"facetFilters": _others(refinement), "optionalFilters": list(refinement.optional_filters)}
    return {"getRankingInfo": True, **{name: value for name, value in params.items() if value}}


def _others(refinement: Refinement) -> list[str]:
    return [f"objectID:-{product}" for product in refinement.without]


def answer(
    query: VisualQuery, refinement: Refinement, params: Mapping[str, Any], response: Mapping[str, Any]
) -> SearchAnswer:
    """Read Algolia's response, each hit with what it shares with the picture."""
    compare = _comparison(query, refinement)
    return SearchAnswer(tuple(Hit(record, compare) for record in response["hits"]), params, response)


def _comparison(query: VisualQuery, refinement: Refinement) -> Callable[[Mapping[str, Any]], Shared]:
    """Tells what a record shares with the picture, and the points for that."""
    asked, least = _by_value(query.terms), _least_points(query.terms)
    wanted = next((term.value for term in query.terms if term.kind == "recognizer"), "")

    def shared(record: Mapping[str, Any]) -> Shared:
        told = recognizer_of(record, query.names)
        # Labels of another recognizer than the one asked for are no match, whatever they are called.
        foreign = bool(wanted and told) and told != wanted
        labeled = bool(wanted and record.get(query.names.labels)) and told == wanted
        shown = list(_matched(asked, record))
        counted = {"word"} if foreign else {"word", "label"}
        matched = [term for term in shown if term.kind in counted]
        points = sum(term.points for term in matched)
        if not refinement.optional_filters:
            points += _hidden_points(least, record, sum(term.points for term in shown))
        return Shared(points, named_points(matched), labeled)

    return shared


def _by_value(terms: Sequence[Term]) -> _Asked:
    asked: defaultdict[tuple[str, ...], dict[str, list[Term]]] = defaultdict(dict)
    for term in terms:
        asked[tuple(term.attribute.split("."))].setdefault(term.value.casefold(), []).append(term)
    return asked


def _least_points(terms: Sequence[Term]) -> Mapping[str, int]:
    """The least points of any term by the attribute of a record that it looks into."""
    least: dict[str, int] = {}
    for term in terms:
        name = term.attribute.partition(".")[0]
        least[name] = min(term.points, least.get(name, term.points))
    return least


def _matched(asked: _Asked, record: Mapping[str, Any]) -> Iterator[Term]:
    """The terms whose value the record shows, case aside, as Algolia compares them."""
    for path, terms in asked.items():
        held = {str(value).casefold() for value in _values(record.get(path[0]), path[1:])}
        for value in held & terms.keys():
            yield from terms[value]


def _values(value: object, path: Sequence[str]) -> Sequence[object]:
    """The values at a path, through lists; a hundred hits have ten thousand words, so lists come whole."""
    values = value if isinstance(value, list) else [value]
    for name in path:
        values = [each.get(name) for each in values if isinstance(each, dict)]
    return values


def _hidden_points(least: Mapping[str, int], record: Mapping[str, Any], shown: int) -> int:
    """The points for what a record does not show, as words, which are not fetched where codes decide.

    They are what Algolia's own score says beyond the points `shown`. It also counts a point for every
    mandatory filter clause, so what is less than the least that may be hidden is no match; and with optional
    filters of the shop's own it says nothing about looks.
    """
    hidden = [points for name, points in least.items() if name not in record]
    if not hidden:
        return 0
    left: int = record["_rankingInfo"]["filters"] - shown
    return left if left >= min(hidden) else 0
