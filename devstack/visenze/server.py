"""The stand-in's door: multipart forms in, JSON out."""

from __future__ import annotations

import base64
import binascii
import io
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from werkzeug.formparser import FormDataParser
from werkzeug.http import parse_options_header

from devstack.desk import Dropped, bounded_body, dropped
from devstack.serving import serving as serving_http
from devstack.visenze.service import Recognition, Refused, Service

PATH = "/v1/image/recognize"

MAX_BODY_BYTES = 10_485_760
"""This stand-in's own choice, as ViSenze publishes none."""


def application(service: Service) -> Starlette:
    """The one method of the API, and beside it the switches under /_devstack and /healthz."""

    async def recognise(request: Request) -> Response:
        body = await bounded_body(request, MAX_BODY_BYTES)
        if body is None:
            raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The file is too large")
        return JSONResponse(
            await run_in_threadpool(service.recognise, request.url.path, _parsed(request, body))
        )

    handlers: dict[Any, Any] = {Refused: _refused, Dropped: dropped}
    routes = [Route(PATH, recognise, methods=["POST"]), *service.desk.switches()]
    return Starlette(routes=routes, exception_handlers=handlers)


@contextmanager
def serving(service: Service, port: int = 0) -> Iterator[str]:
    """Serve while the context lasts; yields http://HOST:PORT, a free port for 0. Raises `OSError`."""
    with serving_http(application(service), port) as bound:
        try:
            yield f"http://127.0.0.1:{bound}"
        finally:
            service.desk.stop()


def _parsed(request: Request, body: bytes) -> Recognition:
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    _, form, files = FormDataParser(_in_memory).parse(io.BytesIO(body), kind, len(body), options)
    file = files.get("file")
    return Recognition(
        keys=_keys(request.headers.get("authorization", "")),
        tag_group=form.get("tag_group", ""),
        limit=form.get("limit", ""),
        file=file.read() if file else b"",
    )


def _in_memory(*_: object, **__: object) -> io.BytesIO:
    """Take in a file; werkzeug's own choice would have to be closed."""
    return io.BytesIO()


def _keys(authorization: str) -> tuple[str, str] | None:
    scheme, _, credentials = authorization.partition(" ")
    try:
        access, colon, secret = base64.b64decode(credentials).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return (access, secret) if scheme == "Basic" and colon else None


def _refused(_: Request, error: Refused) -> Response:
    headers = {} if error.retry_after is None else {"Retry-After": str(error.retry_after)}
    if error.body:
        return Response(error.body, error.status, headers)
    return JSONResponse({"status": "fail", "error": [error.message]}, error.status, headers)
