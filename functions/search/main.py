"""Cloud Function `search`: a shopper's photo comes in, products go out."""

from __future__ import annotations

import logging

import functions_framework
from flask import Request, Response

from shared import logs, wiring
from shared.errors import Failure, Misconfigured
from shared.settings import SearchSettings

from . import api, problems
from .reading import SearchRequest

logs.setup()
SETTINGS = SearchSettings.from_env()
searcher = wiring.Once(lambda: wiring.searcher(SETTINGS))


@functions_framework.http
def search(request: Request) -> Response:
    """Route the request; whatever goes wrong becomes problem details, never a stack trace."""
    return api.with_cors(_answered(request), request, SETTINGS.cors_origins)


def _answered(request: Request) -> Response:
    try:
        return api.dispatch(ROUTES, request)
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


def _search(request: Request) -> Response:
    asked = SearchRequest.read(request, SETTINGS.max_picture_bytes)
    return api.found(searcher().search(asked.photo, asked.refinement))


def _healthy(_: Request) -> Response:
    return Response('{"status": "ok"}', mimetype="application/json")


ROUTES: api.Routes = {"/": {"POST": _search}, "/healthz": {"GET": _healthy}}
