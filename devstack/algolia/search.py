"""Searching and browsing one index: filter, match, rank, group, cut the window, and answer."""

from __future__ import annotations

import base64
import binascii
import json
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from urllib.parse import quote_plus

import numpy as np

from devstack.algolia.documents import JsonObject, project
from devstack.algolia.facets import facet_answer
from devstack.algolia.highlights import Highlighter
from devstack.algolia.index import Index
from devstack.algolia.keys import Rights
from devstack.algolia.limits import MAX_HITS_PER_PAGE, AlgoliaError
from devstack.algolia.ranking import Ranked, matching, rank
from devstack.algolia.request import SearchRequest
from devstack.algolia.text import Relevance, searchable_attributes

_ALL_EXHAUSTIVE: JsonObject = {
    "exhaustive": {"facetsCount": True, "facetValues": True, "nbHits": True, "typo": True},
    "exhaustiveFacetsCount": True,
    "exhaustiveNbHits": True,
    "exhaustiveTypo": True,
}


_ESCAPES = {code: quote_plus(chr(code)) for code in range(128)}

_RERANKED = 20
"""Hits that re-ranking moves, where a test has it play a part."""


@dataclass(frozen=True, slots=True)
class Order:
    """The `leading` row of each group, best first, and by it the rows `following` in its group, if any.

    Most searches have groups of one; a list for each would keep Python's garbage collector busy.
    """

    leading: list[int]
    following: Mapping[int, list[int]]

    def rows(self) -> list[int]:
        """Return all rows, in no particular order."""
        return [*self.leading, *chain.from_iterable(self.following.values())]


@dataclass(frozen=True, slots=True)
class _Shows:
    """The parts that hits show, read once for all; `highlighted` is None for all searchable attributes."""

    wanted: Sequence[str]
    hidden: Sequence[str]
    highlighted: Sequence[str] | None
    searchable: Sequence[str]
    highlighter: Highlighter

    @classmethod
    def asked(cls, request: SearchRequest, *, show_hidden: bool) -> _Shows:
        return cls(
            request.names("attributesToRetrieve"),
            [] if show_hidden else request.names("unretrievableAttributes"),
            request.names("attributesToHighlight") if request.has("attributesToHighlight") else None,
            request.names("searchableAttributes"),
            Highlighter(request.words, request.word("highlightPreTag"), request.word("highlightPostTag")),
        )

    def hit(self, record: JsonObject) -> JsonObject:
        hit = project(record, self.wanted, self.hidden)
        highlights = self._highlights(record) if self.highlighted is None or self.highlighted else None
        return {**hit, "_highlightResult": highlights} if highlights else hit

    def _highlights(self, record: JsonObject) -> JsonObject:
        seen = {key: value for key, value in record.items() if key not in self.hidden}
        paths = self.highlighted
        if paths is None:
            paths = [each.path for each in searchable_attributes(self.searchable, list(seen))]
        return self.highlighter.record(seen, paths)


def search(
    index: Index, request: SearchRequest, pinned: Mapping[str, int], *, show_hidden: bool = False
) -> JsonObject:
    """Return the answer to a search, without timing; `show_hidden` reveals `unretrievableAttributes`.

    `pinned` gives positions, from 0, to records that are shown there whatever the search.
    """
    window = request.window
    if window.offset >= window.limit:
        return _out_of_reach(request)
    mask = matching(index, request)
    ranked = rank(index, request, np.flatnonzero(mask))
    pins = _pins(index, pinned)
    order = _order(index, request, _reranked(index, request, ranked.rows.tolist()), pins)
    shown = order.leading[window.offset : min(window.offset + window.length, window.limit)]
    shown_pins = pins if index.choices.marks_promoted else {}
    shows = _Shows.asked(request, show_hidden=show_hidden)
    answer: JsonObject = {
        "hits": [
            shows.hit(index.table.record(row)) | _standing(request, ranked, shown_pins, place, row)
            for best in shown
            for place, row in enumerate((best, *order.following.get(best, ())))
        ],
        "nbHits": len(order.leading),
        **_position(request, len(order.leading)),
        **_ALL_EXHAUSTIVE,
        **echo(request),
    }
    if request.names("facets"):
        kept = index.table.mask_of(order.rows()) if request.distinct else mask
        answer |= facet_answer(index, request, mask, kept)
    refused = request.given.get("enableABTest") is False
    if index.choices.ab_test == "always" or (index.choices.ab_test == "unless-refused" and not refused):
        answer |= {"abTestID": 1, "abTestVariantID": 1}
    if "userData" in index.settings:
        answer["userData"] = index.settings["userData"]
    return answer


def _reranked(index: Index, request: SearchRequest, rows: list[int]) -> list[int]:
    """Return the rows with the first ones turned round, where re-ranking has its way."""
    refused = request.given.get("enableReRanking") is False
    if not index.settings.get("enableReRanking") or (refused and index.choices.reranking != "always"):
        return rows
    return [*reversed(rows[:_RERANKED]), *rows[_RERANKED:]]


def _out_of_reach(request: SearchRequest) -> JsonObject:
    """Return the answer to a page that begins beyond the limit, as the live service has it."""
    message = (
        f"you can only fetch the {request.window.limit} hits for this query. You can extend the number of "
        "hits returned via the paginationLimitedTo index parameter or use the browse method."
    )
    position = _position(request, 0)
    return {"hits": [], "nbHits": 0, **position, **_ALL_EXHAUSTIVE, "message": message, **echo(request)}


def echo(request: SearchRequest) -> JsonObject:
    """Return the query and its parameters as answers repeat them."""
    plain = {
        name: value if isinstance(value, str) else json.dumps(value) for name, value in request.given.items()
    }
    return {
        "query": request.query,
        "params": "&".join(f"{_quoted(name)}={_quoted(plain[name])}" for name in plain),
    }


def _quoted(text: str) -> str:
    """The text as in a URL; a list of filters in a tenth of the library's time."""
    return text.translate(_ESCAPES) if text.isascii() else quote_plus(text)


def _position(request: SearchRequest, hits: int) -> JsonObject:
    window = request.window
    if not window.by_page:
        return {"offset": window.offset, "length": window.length}
    page = int(request.given.get("page") or 0)
    return {"page": page, "nbPages": window.pages(hits), "hitsPerPage": window.length}


def _pins(index: Index, pinned: Mapping[str, int]) -> dict[int, int]:
    """Return positions by row, the first position first; records that do not exist have no row."""
    return {
        row: position
        for object_id, position in sorted(pinned.items(), key=lambda item: item[1])
        for row in index.table.rows_holding("objectID", object_id).tolist()
    }


def _order(index: Index, request: SearchRequest, rows: list[int], pins: Mapping[int, int]) -> Order:
    if pins:
        rows = [row for row in rows if row not in pins]
    order = _grouped(index, request, rows) if request.distinct else Order(rows, {})
    for row, position in pins.items():
        order.leading.insert(position, row)
    return order


def _grouped(index: Index, request: SearchRequest, rows: Iterable[int]) -> Order:
    column = index.table.groups(request.word("attributeForDistinct"))
    groups: dict[str | int, list[int]] = defaultdict(list)
    for row in rows:
        groups[column.group(row)].append(row)
    if index.choices.distinct_keeps == "first-written":
        groups = defaultdict(list, {name: sorted(group) for name, group in groups.items()})
    following = {group[0]: group[1 : request.distinct] for group in groups.values()}
    return Order(list(following), following)


def _standing(
    request: SearchRequest, ranked: Ranked, pins: Container[int], place: int, row: int
) -> JsonObject:
    """Return what a hit says of its place in its group and of its ranking."""
    said: JsonObject = {"_distinctSeqID": place} if request.distinct else {}
    if request.flag("getRankingInfo"):
        said["_rankingInfo"] = {**_ranking_info(ranked, row), "promoted": row in pins}
    return said


def _ranking_info(ranked: Ranked, row: int) -> JsonObject:
    relevance = ranked.relevances.get(row, Relevance())
    return {
        "filters": int(ranked.points[row]),
        "firstMatchedWord": relevance.attribute,
        "geoDistance": 0,
        "geoPrecision": 1,
        "nbExactWords": relevance.exact,
        "nbTypos": 0,
        "proximityDistance": relevance.proximity,
        "userScore": row,
        "words": relevance.words,
    }


def browse(index: Index, raw: Mapping[str, object], rights: Rights) -> JsonObject:
    """Return one page of records and, unless it is the last, a `cursor`.

    As Algolia documents, optionalFilters, distinct and facets are ignored. Records written between two pages
    may be missed. Raises AlgoliaError (400) for a cursor this function did not make.
    """
    fields = dict(raw)
    cursor = fields.pop("cursor", None)
    first = 0
    if cursor is not None:
        first, earlier = _decoded(cursor)
        fields = {**earlier, **fields}
    fields.setdefault("hitsPerPage", MAX_HITS_PER_PAGE)
    request = SearchRequest(index.settings, fields, max_hits=rights.max_hits)
    rows = np.flatnonzero(matching(index, request))
    shown = rows[rows >= first][: request.page_size]
    answer = _answer(index, request, shown.tolist(), len(rows), show_hidden=rights.show_hidden)
    if len(shown) and shown[-1] != rows[-1]:
        answer["cursor"] = _encoded(int(shown[-1]) + 1, request.given)
    return request.narrowed(answer)


def _answer(
    index: Index, request: SearchRequest, rows: list[int], matches: int, *, show_hidden: bool
) -> JsonObject:
    hidden = [] if show_hidden else request.names("unretrievableAttributes")
    wanted = request.names("attributesToRetrieve")
    length = request.page_size
    return {
        "hits": [project(index.table.record(row), wanted, hidden) for row in rows],
        "nbHits": matches,
        "page": 0,
        "nbPages": -(-matches // length) if length else 0,
        "hitsPerPage": length,
        **echo(request),
    }


def _encoded(first: int, parameters: JsonObject) -> str:
    return base64.urlsafe_b64encode(json.dumps([first, parameters]).encode()).decode()


def _decoded(cursor: object) -> tuple[int, JsonObject]:
    try:
        match json.loads(base64.urlsafe_b64decode(str(cursor))):
            case [int(first), dict(parameters)]:
                return first, parameters
    except (binascii.Error, ValueError) as error:
        raise AlgoliaError("Cursor is not valid") from error
    raise AlgoliaError("Cursor is not valid")
