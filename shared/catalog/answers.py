"""Algolia's response becomes hits that say why they are there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.catalog.query import FULL_SCORE, VisualQuery
from shared.model import Answer, Hit, Refinement


def answer(
    query: VisualQuery, refinement: Refinement, params: Mapping[str, Any], response: Mapping[str, Any]
) -> Answer:
    """Read Algolia's response: each hit with the labels it shares with the picture, and their points."""
    hits = tuple(_hit(query, refinement, record) for record in response["hits"])
    return Answer(hits, params, response)


def _hit(query: VisualQuery, refinement: Refinement, record: Mapping[str, Any]) -> Hit:
    if "labels" not in record:
        return Hit(record, _reported(query, refinement, record), {})
    own = {label["description"].casefold() for label in record["labels"] or ()}
    matched = {name: points for name, points in query.points.items() if name.casefold() in own}
    return Hit(record, sum(matched.values()), matched)


def _reported(query: VisualQuery, refinement: Refinement, record: Mapping[str, Any]) -> int:
    """The points of a record whose labels are not shown, as far as Algolia's own score tells.

    That score also counts a point for every mandatory filter clause, so less than the least label's points is
    no visual match; and with optional filters of the shop's own it says nothing about labels.
    """
    score: int = record["_rankingInfo"]["filters"]
    least = min(query.points.values(), default=FULL_SCORE)
    return score if score >= least and not refinement.optional_filters else 0
