"""The application: routes, identification of keys, error answers, faults, and the switches outside `/1/`."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from http import HTTPStatus
from itertools import product
from typing import Any
from urllib.parse import unquote

from pydantic_core import to_json
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from devstack.algolia.documents import JsonObject
from devstack.algolia.engine import Engine
from devstack.algolia.insights import check_events
from devstack.algolia.keys import KeyRing
from devstack.algolia.limits import MAX_EVENTS, AlgoliaError
from devstack.algolia.server.call import Call, Endpoint, read_json
from devstack.algolia.server.reading import READING
from devstack.algolia.server.writing import WRITING
from devstack.algolia.switches import Switches
from devstack.serving import Fault, Faults


class EncodedPaths:
    """Routes by the path before percent-decoding; `decoded` gives the values back."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve with the raw path in place of the decoded one."""
        if scope["type"] == "http":
            path = scope["raw_path"].decode("ascii").replace("%2A", "*").replace("%2a", "*")
            scope = {**scope, "path": path}
        await self._app(scope, receive, send)


def decoded(path_params: Mapping[str, str]) -> dict[str, str]:
    """Return the values of a matched path, percent-decoded."""
    return {name: unquote(value) for name, value in path_params.items()}


class FaultMiddleware:
    """Applies the pending fault of a path, if any, before or instead of the application."""

    def __init__(self, app: ASGIApp, faults: Faults) -> None:
        self._app = app
        self._faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, badly where a fault concerns its path."""
        concerned = scope["type"] == "http" and scope["path"].startswith("/1/")
        fault = self._faults.take(scope["path"]) if concerned and scope["method"] != "OPTIONS" else None
        if fault is None:
            await self._app(scope, receive, send)
        else:
            await self._misbehave(fault, scope, receive, send)

    async def _misbehave(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(fault.latency_ms / 1000)
        if fault.refuse:
            scope["state"]["drop"]()
            while (await receive())["type"] != "http.disconnect":
                pass
        elif fault.status is None:
            await self._app(scope, receive, send)
        else:
            await _error_answer(fault, fault.status)(scope, receive, send)


def read_faults(body: object) -> list[Fault]:
    """Return the faults of a JSON array of their fields; raises AlgoliaError (400)."""
    if not isinstance(body, list):
        raise AlgoliaError("faults: expected an array")
    try:
        faults = [Fault(**each) for each in body]
    except TypeError as error:
        raise AlgoliaError(f"faults: {error}") from error
    for fault, each in product(faults, fields(Fault)):
        value = getattr(fault, each.name)
        if ("None" if value is None else type(value).__name__) not in str(each.type).split(" | "):
            raise AlgoliaError(f"faults: a field of {fault} has the wrong type")
    return faults


def _error_answer(fault: Fault, status: int) -> JSONResponse:
    content: dict[str, Any] = {"message": f"fault: {status}", "status": status}
    headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
    return JSONResponse(content, status, headers)


_APP_ID = "x-algolia-application-id"
_KEY = "x-algolia-api-key"
_RESERVED = frozenset({_APP_ID, _KEY, "x-algolia-agent", "x-algolia-usertoken"})


@dataclass(frozen=True)
class Services:
    """The collaborators of the application; `events` holds the most recent Insights events."""

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
            Route("/1/isalive", _telling(lambda: {"message": "server is alive"}), methods=["GET"]),
            Route("/_devstack/faults", _set_faults(services.faults), methods=["POST"]),
            Route("/_devstack/switches", _set_switches(services.engine), methods=["POST"]),
            Route("/_devstack/events", _telling(lambda: list(services.events)), methods=["GET"]),
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
        # Pydantic writes JSON in a third of the time; a hundred hits are a hundred thousand bytes.
        return Response(to_json(endpoint.handler(call)), endpoint.status, media_type="application/json")

    return serve


def _push_events(call: Call, received: deque[JsonObject]) -> JsonObject:
    events = check_events(call.body, call.engine.now())
    call.key.require("search", {event["index"] for event in events})
    received.extend(events)
    return {"status": 200, "message": "OK"}


def _telling(content: Callable[[], object]) -> Callable[[Request], Awaitable[Response]]:
    async def tell(_: Request) -> Response:
        return JSONResponse(content())

    return tell


def _set_faults(faults: Faults) -> Callable[[Request], Awaitable[Response]]:
    async def replace(request: Request) -> Response:
        pending = read_faults(await read_json(request))
        return JSONResponse({"pending": len(pending), "unspent": faults.set(pending)})

    return replace


def _set_switches(engine: Engine) -> Callable[[Request], Awaitable[Response]]:
    async def replace(request: Request) -> Response:
        engine.switches = Switches.read(await read_json(request))
        return JSONResponse(asdict(engine.switches))

    return replace


async def _refusal(_: Request, error: Exception) -> Response:
    if not isinstance(error, AlgoliaError):
        raise error
    return JSONResponse(error.to_json(), error.status)


async def _http_error(_: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else HTTPStatus.INTERNAL_SERVER_ERROR
    return JSONResponse({"message": HTTPStatus(status).phrase, "status": int(status)}, status)
