"""Answers of the search function, as JSON."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from flask import Response, g

from shared.model import Hit, Refinement, kind_of
from shared.searching import PlannedQuery, SearchResult
from shared.verdict import Verdict

from .contract import FiltersAnswer, FoundProduct, HitsAnswer, MatchedLabel, SeenLabel, Visual, dumped

_PRIVATE = frozenset({"_rankingInfo", "_highlightResult"})


def found(result: SearchResult) -> Response:
    """Algolia's own answer, with the labels seen, the parameters used, and why each hit is there.

    Words and codes, which say nothing to people, are left out, those of another encoder too.
    """
    raw, best, hidden = result.answer.raw, result.plan.best, result.plan.query.names.of_encoders
    names = ("page", "nbHits", "nbPages", "hitsPerPage", "facets", "queryID")
    return _json(
        HitsAnswer.model_validate(
            {
                **{name: raw[name] for name in names if raw.get(name) is not None},
                "labels": _labels(result.plan),
                "attributes": result.plan.query.names.told(),
                "params": dict(result.answer.params),
                "steps": _steps(result.plan),
                "hits": [
                    _hit(hit, hidden, verdict, best)
                    for hit, verdict in zip(result.answer.hits, result.verdicts, strict=True)
                ],
                "visualMatch": result.visual_match,
                **_degraded(result.plan, reduced=result.answer.reduced),
            }
        ),
        result.plan,
    )


def filters(plan: PlannedQuery, refinement: Refinement) -> Response:
    """The labels seen, and the parameters with which a storefront searches itself."""
    return _json(
        FiltersAnswer.model_validate(
            {
                "labels": _labels(plan),
                "attributes": plan.query.names.told(),
                "params": plan.params(refinement),
                "steps": _steps(plan),
                **({"code": plan.code} if plan.code else {}),
                **_degraded(plan),
            }
        ),
        plan,
    )


def _degraded(plan: PlannedQuery, *, reduced: bool = False) -> dict[str, list[str]]:
    missing = [*(["labels"] if plan.appearance.unlabeled else []), *(["filters"] if reduced else [])]
    return {"degraded": missing} if missing else {}


def _steps(plan: PlannedQuery) -> dict[str, Mapping[str, float]]:
    """The least of each step; closeness only where there is something to compare hits with."""
    return {
        name: {"points": step.points, **({"closeness": step.closeness} if plan.code else {})}
        for name, step in (("similar", plan.steps.similar), ("verySimilar", plan.steps.very_similar))
    }


def _labels(plan: PlannedQuery) -> list[SeenLabel]:
    points = plan.query.points("label")
    return [
        SeenLabel.model_validate(
            {
                "description": label.name,
                "score": round(label.score, 4),
                "points": points.get(label.name, 0),
                **kind_of(label),
                **({} if label.box is None else {"box": asdict(label.box)}),
                **({"sure": True} if label.name in plan.sure else {}),
            }
        )
        for label in plan.appearance.labels
    ]


def _hit(hit: Hit, hidden: tuple[str, ...], verdict: Verdict, best: Sequence[str]) -> FoundProduct:
    shown = (name for name in hit.record if name not in _PRIVATE and not name.startswith(hidden))
    record = {name: hit.record[name] for name in shown}
    told: dict[str, Any] = {
        "points": hit.points,
        "verdict": verdict,
        "matched": [
            MatchedLabel(description=name, points=points)
            for name, points in ((name, hit.matched.get(name)) for name in best)
            if points
        ],
        **({} if hit.closeness is None else {"closeness": round(hit.closeness, 4)}),
    }
    visual = Visual.model_validate(told)
    return FoundProduct.model_validate({**record, "_visual": visual})


def _json(answer: FiltersAnswer, plan: PlannedQuery) -> Response:
    if answer.degraded:
        g.line.add(degraded=list(answer.degraded))
    if plan.appearance.unlabeled:
        g.line.add(logging.WARNING, reason=plan.appearance.unlabeled)
    return Response(dumped(answer), mimetype="application/json")
