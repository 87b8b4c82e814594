"""Around every route: what goes wrong becomes problem details, and every answer carries what all carry."""

from __future__ import annotations

import io
import logging
from http import HTTPStatus

from flask import Request, Response

from shared import logs, timing
from shared.errors import Failure, Misconfigured, UnknownProduct
from shared.settings import SearchSettings

from . import api, problems


def answered(routes: api.Routes, request: Request, settings: SearchSettings) -> Response:
    """Answer the request by its route, never with a stack trace; raises nothing. One log line says how."""
    with logs.line("request", **_about(request, settings)) as line, timing.collected() as steps:
        with timing.step("total"):
            response = _routed(routes, request, line)
        # The framework takes what is left of a body into memory after every answer, however long it is.
        request.stream = io.BytesIO()
        took = {name: round(milliseconds, 1) for name, milliseconds in steps.items()}
        line.add(_level(request, response, line), status=response.status_code, steps=took)
        if isinstance(response, api.Answer) and response.unlabelled:
            line.add(logging.WARNING, degraded=["labels"], reason=response.unlabelled)
    return api.finished(api.timed(response, steps), request, settings.cors_origins)


def _about(request: Request, settings: SearchSettings) -> dict[str, object]:
    """No query string and no product: what somebody looks for is theirs."""
    heard, project = request.headers, settings.google_cloud_project
    trace = logs.context(heard.get("traceparent", ""), heard.get(logs.EXECUTION_ID, ""), project)
    return {"method": request.method, "route": f"/{request.path.split('/')[1]}", **trace}


def _level(request: Request, response: Response, line: logs.Line) -> int:
    """How grave a request's end is: what we could not serve is an error, whoever is at fault for that."""
    if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return max(line.level, logging.ERROR)
    return logging.DEBUG if request.path == "/healthz" else line.level


def _routed(routes: api.Routes, request: Request, line: logs.Line) -> Response:
    try:
        return api.dispatch(routes, request)
    except problems.Problem as problem:
        return problem.response()
    except UnknownProduct as error:
        return problems.from_failure(error).response()
    except Failure as error:
        line.add(logging.WARNING, outcome="failed", reason=error.reason, detail=str(error))
        return problems.from_failure(error).response()
    except Misconfigured as error:
        line.add(logging.CRITICAL, outcome="misconfigured", setting=error.setting, detail=error.advice)
    except Exception as error:  # noqa: BLE001 the outermost boundary: logged whole, told to nobody
        line.add(logging.CRITICAL, outcome="unforeseen", detail=f"{type(error).__name__}: {error}")
        line.error = error
    return problems.UNEXPECTED.response()
