"""Cloud Function `search`: a shopper's photo comes in, products go out."""

from __future__ import annotations

import io
import logging
import time

import functions_framework
from flask import Request, Response

from shared import logs, timing, wiring
from shared.errors import Failure, Misconfigured
from shared.images.memory import MemoryBudget
from shared.limiting import Layered, TokenBuckets
from shared.settings import SearchSettings

from . import api, problems
from .endpoints import Endpoints
from .guard import Guard

logs.setup()
SETTINGS = SearchSettings.from_env()
wiring.check_deadlines(SETTINGS)
endpoints = Endpoints(
    SETTINGS,
    searcher=wiring.Once(lambda: wiring.searcher(SETTINGS)),
    fetch=wiring.picture_urls(SETTINGS),
    guard=Guard(
        Layered(
            TokenBuckets(SETTINGS.client_rate, SETTINGS.client_burst),
            TokenBuckets(SETTINGS.total_rate, SETTINGS.total_burst),
        ),
        SETTINGS.max_concurrent_searches,
        SETTINGS.forwarded_hops,
    ),
    bodies=MemoryBudget(wiring.BODY_MEMORY, wiring.MEMORY_PATIENCE),
)


@functions_framework.http
def search(request: Request) -> Response:
    """Route the request; whatever goes wrong becomes problem details, never a stack trace."""
    started = time.perf_counter()
    with timing.collected() as steps:
        response = _answered(request)
    # The framework takes what is left of a body into memory after every answer, however long it is.
    request.stream = io.BytesIO()
    steps["total"] = 1_000 * (time.perf_counter() - started)
    return api.finished(api.timed(response, steps), request, SETTINGS.cors_origins)


def _answered(request: Request) -> Response:
    try:
        return api.dispatch(endpoints.routes, request)
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
