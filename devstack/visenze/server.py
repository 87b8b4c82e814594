"""The stand-in's door: multipart forms in, JSON out."""

from __future__ import annotations

import base64
import binascii
import io
from contextlib import AbstractContextManager
from http import HTTPStatus

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from werkzeug.formparser import FormDataParser
from werkzeug.http import parse_options_header

from devstack.desk import Refused
from devstack.serving import bounded_body
from devstack.visenze.service import Recognition, Service

PATH = "/v1/image/recognize"

MAX_BODY_BYTES = 10_485_760
"""This stand-in's own choice, as ViSenze publishes none."""


def serving(service: Service, port: int = 0) -> AbstractContextManager[str]:
    """The one method of the API; see `Desk.serving`."""

    async def recognize(request: Request) -> Response:
        body = await bounded_body(request, MAX_BODY_BYTES, _too_large())
        sent = _parsed(request, body)
        return JSONResponse(await run_in_threadpool(service.recognize, request.url.path, sent))

    routes = [Route(PATH, recognize, methods=["POST"])]
    return service.desk.serving(service.desk.application(routes, _refused), port)


def _too_large() -> Refused:
    return Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The file is too large")


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
    if error.body:
        return Response(error.body, error.status, error.headers)
    return JSONResponse({"status": "fail", "error": [error.message]}, error.status, error.headers)
