"""Algolia's response becomes hits that say why they are there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from shared.catalog.query import VisualQuery, named_points
from shared.catalog.strategies import Term
from shared.model import Answer, Hit, Refinement


def answer(
    query: VisualQuery, refinement: Refinement, params: Mapping[str, Any], response: Mapping[str, Any]
) -> Answer:
    """Read Algolia's response: each hit with what it shares with the picture, and the points for that."""
    hits = tuple(_hit(query, refinement, record) for record in response["hits"])
    return Answer(hits, params, response)


def _hit(query: VisualQuery, refinement: Refinement, record: Mapping[str, Any]) -> Hit:
    matched = _matched(query.terms, record)
    points = sum(term.points for term in matched)
    if any(term.attribute.partition(".")[0] not in record for term in query.terms):
        points = max(points, _reported(query, refinement, record))
    words = sum(term.kind == "word" for term in matched)
    return Hit(record, points, named_points(matched), words)


def _matched(terms: Sequence[Term], record: Mapping[str, Any]) -> list[Term]:
    """The terms whose value the record shows, case aside, as Algolia compares them."""
    held: dict[str, set[str]] = {}
    for attribute in dict.fromkeys(term.attribute for term in terms):
        held[attribute] = {value.casefold() for value in _values(record, attribute.split("."))}
    return [term for term in terms if term.value.casefold() in held[term.attribute]]


def _values(value: object, path: Sequence[str]) -> Iterator[str]:
    if isinstance(value, list):
        for each in value:
            yield from _values(each, path)
    elif isinstance(value, Mapping) and path:
        yield from _values(value.get(path[0]), path[1:])
    elif isinstance(value, str) and not path:
        yield value


def _reported(query: VisualQuery, refinement: Refinement, record: Mapping[str, Any]) -> int:
    """The points of a record that does not show all we asked for, as far as Algolia's own score tells.

    That score also counts a point for every mandatory filter clause, so less than the least term's points is
    no visual match; and with optional filters of the shop's own it says nothing about looks.
    """
    score: int = record["_rankingInfo"]["filters"]
    least = min((term.points for term in query.terms), default=score + 1)
    return score if score >= least and not refinement.optional_filters else 0
