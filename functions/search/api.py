"""The HTTP interface: which route answers which method, who may call from a browser, what an answer holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import asdict
from typing import Any

from flask import Request, Response

from shared.catalog.query import visual_params
from shared.catalog.record import kind_of
from shared.model import Hit, Refinement
from shared.searching import Found, Look

from .contract import FiltersAnswer, FoundProduct, HitsAnswer, MatchedLabel, SeenLabel, Visual, dumped
from .problems import Problem

Handler = Callable[[Request], Response]
Routes = Mapping[str, Mapping[str, Handler]]
"""Path -> method -> handler; a path that ends in `/` and is not the root takes everything below it."""

SECURITY_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Vary": "Origin",
    "X-Content-Type-Options": "nosniff",
}


class Answer(Response):
    """What is found or to search for; `unlabelled` is why labels are missing, empty where they are not."""

    unlabelled = ""


_PRIVATE = frozenset({"_rankingInfo", "_highlightResult"})
_READS_AS = {"HEAD": "GET"}


def dispatch(routes: Routes, request: Request) -> Response:
    """Answer with the route's handler; raises `Problem` 404 or 405."""
    methods = _methods(routes, request.path)
    if methods is None:
        raise Problem(404, "Not found", f"there is no {request.path}; send the picture to /")
    allowed = ", ".join([*methods, *(name for name, same in _READS_AS.items() if same in methods), "OPTIONS"])
    if request.method == "OPTIONS":
        return Response(status=204, headers={"Allow": allowed})
    handler = methods.get(_READS_AS.get(request.method, request.method))
    if handler is None:
        raise Problem(405, "Method not allowed", f"{request.path} takes {allowed}", {"Allow": allowed})
    return handler(request)


def _methods(routes: Routes, path: str) -> Mapping[str, Handler] | None:
    if path in routes:
        return routes[path]
    folders = (route for route in routes if route.endswith("/") and route != "/")
    return next((routes[folder] for folder in folders if path.startswith(folder)), None)


def finished(response: Response, request: Request, origins: Sequence[str]) -> Response:
    """Add what every answer carries; browsers of the listed origins may read it, others may not."""
    response.headers.update(SECURITY_HEADERS)
    origin = request.headers.get("Origin", "")
    if origin in origins:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Allow-Methods"] = "GET, POST, OPTIONS"
        response.headers["Access-Control-Allow-Headers"] = "Content-Type"
        response.headers["Access-Control-Expose-Headers"] = "Retry-After, Server-Timing"
        response.headers["Access-Control-Max-Age"] = "3600"
        response.headers["Timing-Allow-Origin"] = origin
    return response


def timed(response: Response, steps: Mapping[str, float]) -> Response:
    """Say how long the steps took, in milliseconds (W3C Server Timing)."""
    response.headers["Server-Timing"] = ", ".join(f"{name};dur={took:.1f}" for name, took in steps.items())
    return response


def found(result: Found, hidden: AbstractSet[str]) -> Response:
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


def filters(look: Look, code: Mapping[str, str], refinement: Refinement) -> Response:
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


def _missing(look: Look) -> dict[str, list[str]]:
    return {"degraded": ["labels"]} if look.appearance.unlabelled else {}


def _labels(look: Look) -> list[SeenLabel]:
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


def _json(answer: FiltersAnswer, look: Look) -> Response:
    response = Answer(dumped(answer), mimetype="application/json")
    response.unlabelled = look.appearance.unlabelled
    return response
