"""Algolia's response becomes hits that say why they are there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from shared.catalog.query import VisualQuery, named_points
from shared.catalog.recorded import recogniser_of
from shared.catalog.strategies import Term
from shared.model import Answer, Hit, Refinement

_Asked = Mapping[tuple[str, ...], Mapping[str, Sequence[Term]]]
"""Terms by the path of their attribute and their value, case aside."""


def answer(
    query: VisualQuery, refinement: Refinement, params: Mapping[str, Any], response: Mapping[str, Any]
) -> Answer:
    """Read Algolia's response: each hit with what it shares with the picture, and the points for that."""
    seen = [term for term in query.terms if term.kind != "source"]
    wanted = next((term.value for term in query.terms if term.kind == "source"), "")
    asked = _by_value(seen)
    least = min((term.points for term in seen), default=0)
    hits = []
    for record in response["hits"]:
        told = recogniser_of(record, query.names)
        matched = list(_of_one_source(_matched(asked, record), wanted, told))
        points = sum(term.points for term in matched)
        if any(attribute[0] not in record for attribute in asked):
            points = max(points, _reported(least, refinement, record))
        words = sum(term.kind == "word" for term in matched)
        hits.append(Hit(record, points, named_points(matched), words))
    return Answer(tuple(hits), params, response)


def _by_value(terms: Sequence[Term]) -> _Asked:
    asked: defaultdict[tuple[str, ...], dict[str, list[Term]]] = defaultdict(dict)
    for term in terms:
        asked[tuple(term.attribute.split("."))].setdefault(term.value.casefold(), []).append(term)
    return asked


def _matched(asked: _Asked, record: Mapping[str, Any]) -> Iterator[Term]:
    """The terms whose value the record shows, case aside, as Algolia compares them."""
    for path, terms in asked.items():
        held = {str(value).casefold() for value in _values(record.get(path[0]), path[1:])}
        for value in held & terms.keys():
            yield from terms[value]


def _of_one_source(terms: Iterator[Term], wanted: str, told: str) -> Iterator[Term]:
    """Labels of another recogniser than the one that was asked for are no match, whatever they are called."""
    foreign = bool(wanted and told) and told != wanted
    return (term for term in terms if not (foreign and term.kind == "label"))


def _values(value: object, path: Sequence[str]) -> Sequence[object]:
    """What stands at a path, through lists; a hundred hits have ten thousand words, so lists come whole."""
    values = value if isinstance(value, list) else [value]
    for name in path:
        values = [each.get(name) for each in values if isinstance(each, Mapping)]
    return values


def _reported(least: int, refinement: Refinement, record: Mapping[str, Any]) -> int:
    """The points of a record that does not show all we asked for, as far as Algolia's own score tells.

    That score also counts a point for every mandatory filter clause, so less than the `least` of our terms
    is no visual match; and with optional filters of the shop's own it says nothing about looks.
    """
    score: int = record["_rankingInfo"]["filters"]
    return score if 0 < least <= score and not refinement.optional_filters else 0
