"""Ranking: the criteria of the formula in order, then custom ranking, then the order of rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from devstack.algolia.columns import Floats, Rows
from devstack.algolia.filters.evaluate import Scores, scores
from devstack.algolia.index import Index
from devstack.algolia.request import SearchRequest
from devstack.algolia.settings import SortKey
from devstack.algolia.text import Relevance


@dataclass(frozen=True, slots=True)
class Ranked:
    """Rows, best first, with what ranked them."""

    rows: NDArray[np.intp]
    points: Scores
    relevances: dict[int, Relevance]


def rank(index: Index, request: SearchRequest, rows: Rows | NDArray[np.intp]) -> Ranked:
    """Return `rows` (ascending) in the order of the request's ranking formula; ties stay in row order."""
    points = _points(index, request)
    relevances = _relevances(index, request, rows)
    keys = list(_keys(index, request, rows, points, relevances))
    order = np.lexsort(keys[::-1]) if keys else np.arange(len(rows))
    return Ranked(np.asarray(rows, dtype=np.intp)[order], points, relevances)


def _points(index: Index, request: SearchRequest) -> Scores:
    filters = request.mandatory
    if "filters" in request.ranking:
        filters = filters + request.optional
    return scores(index, filters, sum_or=request.flag("sumOrFiltersScores"))


def _relevances(index: Index, request: SearchRequest, rows: NDArray[np.integer]) -> dict[int, Relevance]:
    if not request.words:
        return {}
    text = index.table.text(request.searchable)
    return {row: text.relevance(row, request.words) for row in rows.tolist()}


def _keys(
    index: Index,
    request: SearchRequest,
    rows: NDArray[np.integer],
    points: Scores,
    relevances: dict[int, Relevance],
) -> Iterator[NDArray[np.generic]]:
    textual = list(relevances.values())
    for criterion in request.ranking:
        if isinstance(criterion, SortKey):
            yield _sort_values(index, criterion, rows)
        elif criterion == "filters":
            yield -points[rows]
        elif criterion == "custom":
            for key in request.custom_ranking:
                yield _sort_values(index, key, rows)
        elif textual:
            yield from _textual(criterion, textual)


def _textual(criterion: str, relevances: list[Relevance]) -> Iterator[NDArray[np.generic]]:
    match criterion:
        case "words":
            yield -np.array([each.words for each in relevances])
        case "attribute":
            yield np.array([each.attribute for each in relevances])
        case "exact":
            yield -np.array([each.exact for each in relevances])
        case "proximity":
            yield np.array([each.proximity for each in relevances])


def _sort_values(index: Index, key: SortKey, rows: NDArray[np.integer]) -> Floats:
    values: Floats = index.table.numbers(key.attribute).order_values(index.table.size)[rows]
    return -values if key.descending else values
