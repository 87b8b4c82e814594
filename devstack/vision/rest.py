"""The stand-in's REST door, with its switches and counters."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from google.cloud.vision_v1 import BatchAnnotateImagesRequest, BatchAnnotateImagesResponse
from google.protobuf.json_format import ParseError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from devstack.vision.annotator import Refused
from devstack.vision.service import Dropped, Service, VisionFault, status_of

MAX_BODY_BYTES = 10_485_760
"""The page "Quotas and limits" gives a JSON request 10 MB."""


def application(service: Service) -> Starlette:
    """Vision's REST methods, and beside them the switches under /_devstack and /healthz."""

    async def annotate(request: Request) -> Response:
        message = _parsed(await _body(request))
        answer = await run_in_threadpool(service.answer, request.url.path, message)
        body = BatchAnnotateImagesResponse.to_json(
            answer, indent=None, always_print_fields_with_no_presence=False
        )
        return Response(body, media_type="application/json")

    async def faults(request: Request) -> Response:
        pending = _faults(await _body(request))
        return JSONResponse({"pending": len(pending), "unspent": service.set_faults(pending)})

    def contents(_: Request) -> Response:
        return JSONResponse(dict(service.answered()))

    def calls(_: Request) -> Response:
        return JSONResponse(dict(service.counts()))

    def healthz(_: Request) -> Response:
        return JSONResponse({"status": "ok"})

    handlers: dict[Any, Any] = {Refused: _refused, Dropped: _dropped}
    places = ("", "/projects/{project}", "/projects/{project}/locations/{location}")
    return Starlette(
        routes=[
            *(Route(f"/v1{place}/images:annotate", annotate, methods=["POST"]) for place in places),
            Route("/_devstack/faults", faults, methods=["POST"]),
            Route("/_devstack/calls", calls),
            Route("/_devstack/contents", contents),
            Route("/healthz", healthz),
        ],
        exception_handlers=handlers,
    )


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MAX_BODY_BYTES:
            raise Refused(
                HTTPStatus.BAD_REQUEST, f"Request payload size exceeds the limit: {MAX_BODY_BYTES} bytes."
            )
    return bytes(body)


def _parsed(body: bytes) -> BatchAnnotateImagesRequest:
    try:
        message: BatchAnnotateImagesRequest = BatchAnnotateImagesRequest.from_json(body)
    except (ParseError, UnicodeDecodeError) as error:
        raise Refused(HTTPStatus.BAD_REQUEST, f"Invalid JSON payload received. {error}") from error
    return message


def _faults(body: bytes) -> list[VisionFault]:
    try:
        return [VisionFault(**fields) for fields in json.loads(body)]
    except (TypeError, ValueError) as error:
        raise Refused(HTTPStatus.BAD_REQUEST, f"send a JSON list of faults: {error}") from error


def _refused(_: Request, error: Refused) -> Response:
    status = status_of(error.status).name
    headers = {} if error.retry_after is None else {"Retry-After": str(error.retry_after)}
    body = {"error": {"code": error.status, "message": error.message, "status": status}}
    return JSONResponse(body, error.status, headers)


def _dropped(request: Request, _: Dropped) -> Response:
    request.state.drop()
    return Response()
