"""The stand-in's door, with its switches and counters."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from devstack.desk import Dropped, bounded_body, dropped
from devstack.processes import LOOPBACK
from devstack.rekognition.answering import Refused
from devstack.rekognition.service import Service
from devstack.serving import serving as serving_http

KEY_ID = "LOCALACCESSKEY"
"""Whom the stand-in knows, unless it is told another."""

TARGET = "RekognitionService."
MAX_BODY_BYTES = 20_000_000
_MEDIA_TYPE = "application/x-amz-json-1.1"
_SIGNED = re.compile(
    r"AWS4-HMAC-SHA256 Credential=([^/]+)/\d{8}/[^/]+/rekognition/aws4_request,"
    r" ?SignedHeaders=[^,]+, ?Signature=[0-9a-f]{64}"
)


def application(service: Service, key_id: str) -> Starlette:
    """DetectLabels for `key_id`, and beside it the switches under /_devstack and /healthz."""

    async def detect(request: Request) -> Response:
        _check_signer(request.headers.get("Authorization", ""), key_id)
        operation = _operation(request.headers.get("X-Amz-Target", ""))
        answer = await run_in_threadpool(service.answer, operation, _parsed(await _body(request)))
        return _Amazon(answer)

    handlers: dict[Any, Any] = {Refused: _refused, Dropped: dropped}
    return Starlette(
        routes=[Route("/", detect, methods=["POST"]), *service.desk.switches()],
        exception_handlers=handlers,
    )


@contextmanager
def serving(service: Service, port: int = 0, key_id: str = KEY_ID) -> Iterator[str]:
    """Serve while the context lasts; yields http://HOST:PORT, with a free port for 0."""
    with serving_http(application(service, key_id), port) as bound:
        try:
            yield f"http://{LOOPBACK}:{bound}"
        finally:
            service.desk.stop()


class _Amazon(JSONResponse):
    media_type = _MEDIA_TYPE


async def _body(request: Request) -> bytes:
    body = await bounded_body(request, MAX_BODY_BYTES)
    if body is None:
        raise Refused("RequestEntityTooLargeException", "", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return body


def _check_signer(authorization: str, key_id: str) -> None:
    if not authorization:
        raise Refused("MissingAuthenticationTokenException", "Missing Authentication Token")
    signed = _SIGNED.fullmatch(authorization)
    if not signed:
        raise Refused("IncompleteSignatureException", "Authorization header is not in the expected form")
    if signed[1] != key_id:
        raise Refused("UnrecognizedClientException", "The security token included in the request is invalid.")


def _operation(target: str) -> str:
    operation = target.removeprefix(TARGET)
    if operation != "DetectLabels":
        raise Refused("UnknownOperationException", "")
    return operation


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        message = json.loads(body)
    except ValueError as error:
        raise Refused("SerializationException", str(error)) from error
    if not isinstance(message, dict):
        raise Refused("SerializationException", "Start of structure expected")
    return message


def _refused(_: Request, error: Refused) -> Response:
    if not error.code:
        return Response("ordered to fail", error.status)
    return _Amazon({"__type": error.code, "message": error.message}, error.status)
