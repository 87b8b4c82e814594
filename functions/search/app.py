"""The search function as a Flask app: its routes, what goes wrong, and what every answer carries."""

from __future__ import annotations

import logging
from http import HTTPStatus

from flask import Flask, Response, g, request
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import BaseConverter

from shared import logs
from shared.errors import Failure, Misconfigured, UnknownProduct

from .endpoints import Endpoints
from .problems import UNEXPECTED, Problem, from_failure

SECURITY_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Vary": "Origin",
    "X-Content-Type-Options": "nosniff",
}

_LONGEST_ROUTE = 100
"""Characters that the log keeps of a path that may be any."""

TOLD_STEPS = frozenset({"read", "fetch", "catalog"})
"""Steps that take the same time for a photo that somebody has sent before; the log has the others too."""


class _Anything(BaseConverter):
    """The rest of a path, whatever it holds: slashes at either end, line breaks, nothing at all."""

    regex = "(?s:.*)"
    part_isolating = False


class App(Flask):
    """Answers every request, never with a stack trace; `g.line` is what its log line will say."""

    def __init__(self, endpoints: Endpoints) -> None:
        super().__init__(__name__, static_folder=None)
        self._settings = endpoints.settings
        self.url_map.converters["anything"] = _Anything
        for path, method, view in (
            ("/", "POST", endpoints.search),
            ("/similar/<anything:product>", "GET", endpoints.similar),
            ("/openapi.json", "GET", endpoints.describe),
            ("/healthz", "GET", endpoints.health),
        ):
            # Flask's own answer to OPTIONS names the methods in any order.
            self.add_url_rule(path, view_func=view, methods=[method], provide_automatic_options=False)
        self.register_error_handler(NotFound, _no_such_path)
        self.register_error_handler(MethodNotAllowed, _other_method)
        self.register_error_handler(Problem, Problem.response)
        self.register_error_handler(Failure, _failed)
        self.register_error_handler(Misconfigured, _misconfigured)
        self.register_error_handler(Exception, _unforeseen)

    def full_dispatch_request(self) -> Response:
        """Answer by the route; one log line says how, and Server-Timing (W3C) how long some steps took."""
        with logs.line("request", **self._about()) as line, logs.step_times() as steps:
            g.line = line
            with logs.step("total"):
                response = super().full_dispatch_request()
            took = {name: round(milliseconds, 1) for name, milliseconds in steps.items()}
            line.add(_level(response, line), status=response.status_code, steps=took)
        response.headers.update(SECURITY_HEADERS | self._readable())
        told = [f"{name};dur={ms}" for name, ms in took.items() if name in TOLD_STEPS]
        if told:
            response.headers["Server-Timing"] = ", ".join(told)
        return response

    def _about(self) -> dict[str, object]:
        """No query string and no product: what somebody looks for is theirs."""
        heard, project = request.headers, self._settings.google_cloud_project
        trace = logs.context(heard.get("traceparent", ""), heard.get(logs.EXECUTION_ID, ""), project)
        return {
            "method": request.method,
            "route": f"/{request.path.split('/', 2)[1]}"[:_LONGEST_ROUTE],
            **trace,
        }

    def _readable(self) -> dict[str, str]:
        """Browsers of the listed origins may read an answer, others may not."""
        origin = request.headers.get("Origin", "")
        if origin not in self._settings.cors_origins:
            return {}
        return {
            "Access-Control-Allow-Origin": origin,
            "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
            "Access-Control-Allow-Headers": "Content-Type",
            "Access-Control-Expose-Headers": "Retry-After, Server-Timing",
            "Access-Control-Max-Age": "3600",
            "Timing-Allow-Origin": origin,
        }


def _level(response: Response, line: logs.Line) -> int:
    """The level of a request's log line: what we could not serve is an error, whoever is at fault."""
    if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return max(line.level, logging.ERROR)
    return logging.DEBUG if request.path == "/healthz" else line.level


def _no_such_path(_: NotFound) -> Response:
    return Problem(404, "Not found", f"there is no {request.path}; send the picture to /").response()


def _other_method(error: MethodNotAllowed) -> Response:
    allowed = ", ".join([*sorted(error.valid_methods or ()), "OPTIONS"])
    if request.method == "OPTIONS":
        return Response(status=204, headers={"Allow": allowed})
    told = f"{request.path} takes {allowed}"
    return Problem(405, "Method not allowed", told, {"Allow": allowed}).response()


def _failed(error: Failure) -> Response:
    """Answer a failure; why a request is refused stays out of the log, since it may quote the shopper."""
    problem = from_failure(error)
    told = {"detail": str(error)} if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR else {}
    if not isinstance(error, UnknownProduct):
        g.line.add(logging.WARNING, outcome="failed", reason=error.reason, **told)
    return problem.response()


def _misconfigured(error: Misconfigured) -> Response:
    g.line.add(logging.CRITICAL, outcome="misconfigured", setting=error.setting, detail=error.advice)
    return UNEXPECTED.response()


def _unforeseen(error: Exception) -> Response:
    """The outermost boundary: logged whole, told to nobody."""
    g.line.add(logging.CRITICAL, outcome="unforeseen", detail=f"{type(error).__name__}: {error}")
    g.line.error = error
    return UNEXPECTED.response()
