"""Around every route: what goes wrong becomes problem details, and every answer carries what all carry."""

from __future__ import annotations

import io
import logging
import time
from collections.abc import Sequence

from flask import Request, Response

from shared import logs, timing
from shared.errors import Failure, Misconfigured

from . import api, problems


def answered(routes: api.Routes, request: Request, origins: Sequence[str]) -> Response:
    """Answer the request by its route, never with a stack trace; raises nothing."""
    started = time.perf_counter()
    with timing.collected() as steps:
        response = _routed(routes, request)
    # The framework takes what is left of a body into memory after every answer, however long it is.
    request.stream = io.BytesIO()
    steps["total"] = 1_000 * (time.perf_counter() - started)
    return api.finished(api.timed(response, steps), request, origins)


def _routed(routes: api.Routes, request: Request) -> Response:
    try:
        return api.dispatch(routes, request)
    except problems.Problem as problem:
        return problem.response()
    except Failure as error:
        logs.log(logging.WARNING, "search failed", reason=error.reason, detail=str(error))
        return problems.from_failure(error).response()
    except Misconfigured as error:
        logs.log(logging.CRITICAL, "misconfigured", setting=error.setting, detail=error.advice)
        return problems.UNEXPECTED.response()
    except Exception as error:  # noqa: BLE001 the outermost boundary: logged whole, told to nobody
        logs.log(logging.CRITICAL, "unforeseen", error=error)
        return problems.UNEXPECTED.response()
