"""Around every route: what goes wrong becomes problem details, and every answer carries what all carry."""

from __future__ import annotations

import io
import logging

from flask import Request, Response

from shared import logs, timing
from shared.errors import Failure, Misconfigured, UnknownProduct
from shared.settings import SearchSettings

from . import api, problems


def answered(routes: api.Routes, request: Request, settings: SearchSettings) -> Response:
    """Answer the request by its route, never with a stack trace; raises nothing. One log line says how."""
    with logs.line("request", **_about(request, settings)) as line, timing.collected() as steps:
        with timing.step("total"):
            response = _routed(routes, request)
        # The framework takes what is left of a body into memory after every answer, however long it is.
        request.stream = io.BytesIO()
        took = {name: round(milliseconds, 1) for name, milliseconds in steps.items()}
        level = logging.DEBUG if request.path == "/healthz" else logging.INFO
        line.add(level, status=response.status_code, steps=took)
        if isinstance(response, api.Answer) and response.unlabelled:
            line.add(logging.WARNING, degraded=["labels"], reason=response.unlabelled)
    return api.finished(api.timed(response, steps), request, settings.cors_origins)


def _about(request: Request, settings: SearchSettings) -> dict[str, str]:
    """No query string and no product: what somebody looks for is theirs."""
    trace = logs.trace(request.headers.get("traceparent", ""), settings.google_cloud_project)
    return {"method": request.method, "route": f"/{request.path.split('/')[1]}", **trace}


def _routed(routes: api.Routes, request: Request) -> Response:
    try:
        return api.dispatch(routes, request)
    except problems.Problem as problem:
        return problem.response()
    except UnknownProduct as error:
        return problems.from_failure(error).response()
    except Failure as error:
        logs.log(logging.WARNING, "search failed", reason=error.reason, detail=str(error))
        return problems.from_failure(error).response()
    except Misconfigured as error:
        logs.log(logging.CRITICAL, "misconfigured", setting=error.setting, detail=error.advice)
        return problems.UNEXPECTED.response()
    except Exception as error:  # noqa: BLE001 the outermost boundary: logged whole, told to nobody
        logs.log(logging.CRITICAL, "unforeseen", error=error)
        return problems.UNEXPECTED.response()
