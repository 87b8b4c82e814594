"""Middleware that misbehaves on request: delays, error answers, and connections dropped without an answer."""

from __future__ import annotations

import asyncio
from dataclasses import fields
from typing import Any

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from devstack.algolia.errors import AlgoliaError
from devstack.faults import Fault, Faults


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
            await _error(fault, fault.status)(scope, receive, send)


def read_faults(body: object) -> list[Fault]:
    """Return the faults of a JSON array of their fields; raises AlgoliaError (400)."""
    if not isinstance(body, list):
        raise AlgoliaError("faults: expected an array")
    try:
        faults = [Fault(**each) for each in body]
    except TypeError as error:
        raise AlgoliaError(f"faults: {error}") from error
    for fault in faults:
        if not _is_well_typed(fault):
            raise AlgoliaError(f"faults: a field of {fault} has the wrong type")
    return faults


def _is_well_typed(fault: Fault) -> bool:
    return all(_type_name(getattr(fault, each.name)) in str(each.type).split(" | ") for each in fields(fault))


def _type_name(value: object) -> str:
    return "None" if value is None else type(value).__name__


def _error(fault: Fault, status: int) -> JSONResponse:
    content: dict[str, Any] = {"message": f"fault: {status}", "status": status}
    headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
    return JSONResponse(content, status, headers)
