"""The HTTP interface: which route answers which method, who may call from a browser, what an answer holds."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Request, Response

from shared.model import Hit
from shared.searching import Found

from .problems import Problem

Handler = Callable[[Request], Response]
Routes = Mapping[str, Mapping[str, Handler]]
"""Path -> method -> handler."""

_PRIVATE = frozenset({"_rankingInfo", "_highlightResult"})


def dispatch(routes: Routes, request: Request) -> Response:
    """Answer with the route's handler; raises `Problem` 404 or 405."""
    methods = routes.get(request.path)
    if methods is None:
        raise Problem(404, "Not found", f"there is no {request.path}; send the picture to /")
    if request.method == "OPTIONS":
        return Response(status=204, headers={"Allow": _allowed(methods)})
    if request.method not in methods:
        allowed = _allowed(methods)
        raise Problem(405, "Method not allowed", f"{request.path} takes {allowed}", {"Allow": allowed})
    return methods[request.method](request)


def _allowed(methods: Mapping[str, Handler]) -> str:
    return ", ".join([*methods, "OPTIONS"])


def with_cors(response: Response, request: Request, origins: Sequence[str]) -> Response:
    """Allow browsers of the listed origins to read the answer; others get no such header."""
    response.headers["Vary"] = "Origin"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    origin = request.headers.get("Origin", "")
    if origin in origins:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Allow-Methods"] = "GET, POST, OPTIONS"
        response.headers["Access-Control-Allow-Headers"] = "Content-Type"
        response.headers["Access-Control-Max-Age"] = "3600"
    return response


def found(result: Found) -> Response:
    """Algolia's own answer, with the labels seen, the parameters used, and why each hit is there."""
    raw = result.answer.raw
    body = {
        **{name: raw[name] for name in ("page", "nbHits", "nbPages", "hitsPerPage", "facets") if name in raw},
        "hits": [_hit(hit) for hit in result.answer.hits],
        "labels": [{"description": label.name, "score": round(label.score, 4)} for label in result.labels],
        "visualMatch": result.visual_match,
        "params": result.answer.params,
        "queryID": raw.get("queryID"),
    }
    return Response(json.dumps(body, ensure_ascii=False), mimetype="application/json")


def _hit(hit: Hit) -> dict[str, Any]:
    record = {name: value for name, value in hit.record.items() if name not in _PRIVATE}
    return {**record, "_visual": {"points": hit.points, "matched": list(hit.matched)}}
