"""The application: routes, identification of keys, error answers, and the switches outside `/1/`."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from devstack.algolia.documents import JsonObject
from devstack.algolia.engine import Engine
from devstack.algolia.errors import AlgoliaError
from devstack.algolia.insights import check_events
from devstack.algolia.keys import KeyRing
from devstack.algolia.limits import MAX_EVENTS
from devstack.algolia.server.body import read_json
from devstack.algolia.server.call import Call, Endpoint
from devstack.algolia.server.faulty import FaultMiddleware, read_faults
from devstack.algolia.server.paths import EncodedPaths, decoded
from devstack.algolia.server.reading import READING
from devstack.algolia.server.writing import WRITING
from devstack.faults import Faults

_APP_ID = "x-algolia-application-id"
_KEY = "x-algolia-api-key"
_RESERVED = frozenset({_APP_ID, _KEY, "x-algolia-agent", "x-algolia-usertoken"})


@dataclass(frozen=True)
class Services:
    """What the application works with; `events` holds the most recent Insights events."""

    engine: Engine
    keys: KeyRing
    faults: Faults = field(default_factory=Faults)
    events: deque[JsonObject] = field(default_factory=lambda: deque(maxlen=MAX_EVENTS))


def create_app(services: Services) -> Starlette:
    """Return the ASGI application."""
    events = Endpoint("POST", "/1/events", "search", lambda call: _push_events(call, services.events))
    endpoints = (*READING, *WRITING, events)
    routes = [Route(each.path, _serve(each, services), methods=[each.method]) for each in endpoints]
    return Starlette(
        routes=[
            Route("/1/isalive", _is_alive, methods=["GET"]),
            Route("/_devstack/faults", _set_faults(services.faults), methods=["POST"]),
            Route("/_devstack/events", _show_events(services.events), methods=["GET"]),
            *routes,
        ],
        middleware=[
            Middleware(CORSMiddleware, allow_origins=["*"], allow_methods=["*"], allow_headers=["*"]),
            Middleware(FaultMiddleware, faults=services.faults),
            Middleware(EncodedPaths),
        ],
        exception_handlers={AlgoliaError: _refusal, HTTPException: _http_error},
    )


def _serve(endpoint: Endpoint, services: Services) -> Callable[[Request], Awaitable[Response]]:
    async def serve(request: Request) -> Response:
        parameters = {name.lower(): value for name, value in request.query_params.items()}
        key = services.keys.identify(
            request.headers.get(_APP_ID) or parameters.get(_APP_ID),
            request.headers.get(_KEY) or parameters.get(_KEY),
        )
        path = decoded(request.path_params)
        if endpoint.acl:
            key.require(endpoint.acl, [path["index"]] if "index" in path else [])
        query = {name: value for name, value in request.query_params.items() if name.lower() not in _RESERVED}
        call = Call(services.engine, key, path, query, await read_json(request))
        return JSONResponse(endpoint.handler(call), endpoint.status)

    return serve


async def _is_alive(_: Request) -> Response:
    return JSONResponse({"message": "server is alive"})


def _push_events(call: Call, received: deque[JsonObject]) -> JsonObject:
    events = check_events(call.body, call.engine.now())
    call.key.require("search", {event["index"] for event in events})
    received.extend(events)
    return {"status": 200, "message": "OK"}


def _show_events(events: deque[JsonObject]) -> Callable[[Request], Awaitable[Response]]:
    async def show(_: Request) -> Response:
        return JSONResponse(list(events))

    return show


def _set_faults(faults: Faults) -> Callable[[Request], Awaitable[Response]]:
    async def replace(request: Request) -> Response:
        pending = read_faults(await read_json(request))
        return JSONResponse({"pending": len(pending), "unspent": faults.set(pending)})

    return replace


async def _refusal(_: Request, error: Exception) -> Response:
    if not isinstance(error, AlgoliaError):
        raise error
    return JSONResponse(error.to_json(), error.status)


async def _http_error(_: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else HTTPStatus.INTERNAL_SERVER_ERROR
    return JSONResponse({"message": HTTPStatus(status).phrase, "status": int(status)}, status)
