"""The rows that a request selects, the points that filters give them, and their order.

The arithmetic is that of Algolia's "Optional filters" and "Filter scoring" pages: the clauses of a
conjunction are always summed; within a clause the best score of a satisfied term counts, or with
`sumOrFiltersScores` the sum. A negated term is satisfied by the records that do not hold the value. Terms
that count only together are summed where all are satisfied. The order is by the criteria of the formula, then
custom ranking, then rows.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from devstack.algolia.columns import Floats, Mask, Rows
from devstack.algolia.filters import AllOf, Clause, Conjunction, FacetTerm, NumericTerm, Term
from devstack.algolia.index import Index
from devstack.algolia.limits import AlgoliaError
from devstack.algolia.request import SearchRequest, SortKey, numeric_filtering_allowed
from devstack.algolia.text import Relevance

Scores: TypeAlias = NDArray[np.int64]

_COMPARISONS: dict[str, Callable[[Floats, float], Mask]] = {
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    ">": operator.gt,
    ">=": operator.ge,
}


def matching(index: Index, request: SearchRequest) -> Mask:
    """Return the mask of the records that pass all mandatory filters and match the query's words."""
    mask = select(index, request.mandatory)
    if not request.words:
        return mask
    text = index.table.text(request.searchable)
    return mask & index.table.mask_of(text.matching(request.words, request.optional_words))


def select(index: Index, conjunction: Conjunction) -> Mask:
    """Return the mask of the records that satisfy every clause."""
    selected = index.table.in_use()
    for clause in conjunction:
        selected &= np.logical_or.reduce([_satisfying(index, term) for term in clause])
    return selected


def scores(index: Index, conjunction: Conjunction, *, sum_or: bool) -> Scores:
    """Return the points of every row; only the points of selected rows mean anything."""
    total: Scores = np.zeros(index.table.size, dtype=np.int64)
    adding = {"always": True, "if-asked": sum_or, "never": False}[index.choices.sums]
    if not adding:
        total = _best(index, tuple(chain.from_iterable(conjunction)))
        conjunction = ()
    summed: list[Term | AllOf] = []
    for clause in conjunction:
        if sum_or or len(clause) == 1:
            summed += clause
        else:
            total += _best(index, clause)
    _add_all(index, summed, total)
    ceiling = index.choices.score_ceiling
    if ceiling is None:
        return total
    return total % (ceiling + 1) if index.choices.score_wraps else np.minimum(total, ceiling)


def _add_all(index: Index, terms: Sequence[Term | AllOf], total: Scores) -> None:
    """Add what each term gives; plain ones together, of which a query by picture has a hundred."""
    plain = [term for term in terms if isinstance(term, FacetTerm) and not term.negated]
    if plain:
        rows = [_holding(index, term) for term in plain]
        points = np.repeat([term.score for term in plain], [len(each) for each in rows])
        np.add.at(total, np.concatenate(rows), points)
    for term in terms:
        if not isinstance(term, FacetTerm) or term.negated:
            _add(index, term, total)


def _add(index: Index, term: Term | AllOf, total: Scores) -> None:
    if isinstance(term, NumericTerm):
        return
    if isinstance(term, AllOf):
        together = scores(index, tuple((each,) for each in term.terms), sum_or=True)
        total += together * _satisfying(index, term)
        return
    rows = _holding(index, term)
    if term.negated:
        total += term.score
        total[rows] -= term.score
    else:
        total[rows] += term.score


def _best(index: Index, clause: Clause) -> Scores:
    best: Scores = np.zeros(index.table.size, dtype=np.int64)
    for term in clause:
        points: Scores = np.zeros(index.table.size, dtype=np.int64)
        _add(index, term, points)
        np.maximum(best, points, out=best)
    return best


def _satisfying(index: Index, term: Term | AllOf) -> Mask:
    if isinstance(term, AllOf):
        return select(index, tuple((each,) for each in term.terms))
    if isinstance(term, NumericTerm):
        mask = _comparing(index, term)
    else:
        mask = np.zeros(index.table.size, dtype=np.bool_)
        mask[_holding(index, term)] = True
    return ~mask if term.negated else mask


def _holding(index: Index, term: FacetTerm) -> Rows:
    if index.is_facet(term.attribute):
        return index.table.rows_holding(term.attribute, index.choices.read(term.value))
    if index.choices.reject_undeclared_facets:
        raise AlgoliaError(f"Attribute {term.attribute} is not in attributesForFaceting")
    return np.empty(0, dtype=np.int32)


def _comparing(index: Index, term: NumericTerm) -> Mask:
    if not numeric_filtering_allowed(index.settings, term.attribute):
        return np.zeros(index.table.size, dtype=np.bool_)
    column = index.table.numbers(term.attribute)
    if term.operator == "!=":
        return ~column.matching(lambda values: values == term.operand, index.table.size)
    return column.matching(_predicate(term), index.table.size)


def _predicate(term: NumericTerm) -> Callable[[Floats], Mask]:
    if term.upper is not None:
        upper = term.upper
        return lambda values: (values >= term.operand) & (values <= upper)
    compare = _COMPARISONS[term.operator]
    return lambda values: compare(values, term.operand)


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
    optional = bool(request.optional_words)
    return {row: text.relevance(row, request.words, optional=optional) for row in rows.tolist()}


def _keys(
    index: Index,
    request: SearchRequest,
    rows: NDArray[np.integer],
    points: Scores,
    relevances: dict[int, Relevance],
) -> Iterator[NDArray[np.generic]]:
    textual = list(relevances.values())
    for criterion in index.choices.formula(request.ranking) if textual else request.ranking:
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
