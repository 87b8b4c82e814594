"""What an answer holds."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import asdict
from typing import Any

from flask import Response, g

from shared.catalog.query import visual_params
from shared.catalog.record import kind_of
from shared.model import Hit, Refinement
from shared.searching import PlannedQuery, SearchResult

from .contract import FiltersAnswer, FoundProduct, HitsAnswer, MatchedLabel, SeenLabel, Visual, dumped

_PRIVATE = frozenset({"_rankingInfo", "_highlightResult"})


def found(result: SearchResult, hidden: AbstractSet[str]) -> Response:
    """Algolia's own answer, with the labels seen, the parameters used, and why each hit is there.

    `hidden` attributes of records say nothing to people.
    """
    raw = result.answer.raw
    names = ("page", "nbHits", "nbPages", "hitsPerPage", "facets", "queryID")
    return _json(
        HitsAnswer.model_validate(
            {
                **{name: raw[name] for name in names if raw.get(name) is not None},
                "labels": _labels(result.look),
                "attributes": result.look.query.names.told(),
                "params": dict(result.answer.params),
                "leastPoints": result.look.least,
                "hits": [_hit(hit, hidden, match=result.matches(hit)) for hit in result.answer.hits],
                "visualMatch": result.visual_match,
                **_missing(result.look),
            }
        ),
        result.look,
    )


def filters(look: PlannedQuery, code: Mapping[str, str], refinement: Refinement) -> Response:
    """The labels seen, and the parameters with which a storefront searches itself.

    `code` is what to re-rank the hits by, under the name of the attribute to compare it with.
    """
    return _json(
        FiltersAnswer.model_validate(
            {
                "labels": _labels(look),
                "attributes": look.query.names.told(),
                "params": visual_params(look.query, look.suited(refinement)),
                "leastPoints": look.least,
                **({"code": code, "leastCloseness": look.least_closeness} if code else {}),
                **_missing(look),
            }
        ),
        look,
    )


def _missing(look: PlannedQuery) -> dict[str, list[str]]:
    return {"degraded": ["labels"]} if look.appearance.unlabeled else {}


def _labels(look: PlannedQuery) -> list[SeenLabel]:
    points = look.query.points("label")
    return [
        SeenLabel.model_validate(
            {
                "description": label.name,
                "score": round(label.score, 4),
                "points": points.get(label.name, 0),
                **kind_of(label),
                **({} if label.box is None else {"box": asdict(label.box)}),
            }
        )
        for label in look.appearance.labels
    ]


def _hit(hit: Hit, hidden: AbstractSet[str], *, match: bool) -> FoundProduct:
    record = {name: value for name, value in hit.record.items() if name not in _PRIVATE | hidden}
    told: dict[str, Any] = {
        "points": hit.points,
        "match": match,
        "matched": [MatchedLabel(description=name, points=points) for name, points in hit.matched.items()],
        **({"words": hit.words} if hit.words else {}),
        **({} if hit.closeness is None else {"closeness": round(hit.closeness, 4)}),
    }
    visual = Visual.model_validate(told)
    return FoundProduct.model_validate({**record, "_visual": visual})


def _json(answer: FiltersAnswer, look: PlannedQuery) -> Response:
    if look.appearance.unlabeled:
        g.line.add(logging.WARNING, degraded=["labels"], reason=look.appearance.unlabeled)
    return Response(dumped(answer), mimetype="application/json")
