"""The stand-in's door: misbehaves as ordered, or answers whoever has signed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from devstack.desk import Desk, Refused
from devstack.faults import Fault
from devstack.rekognition.answering import answer, content_of, refusal
from devstack.serving import bounded_body
from devstack.standins import KEY
from shared.labeling import Labeler

TARGET = "RekognitionService."
MAX_BODY_BYTES = 20_000_000
_MEDIA_TYPE = "application/x-amz-json-1.1"
_SIGNED = re.compile(
    r"AWS4-HMAC-SHA256 Credential=([^/]+)/\d{8}/[^/]+/rekognition/aws4_request,"
    r" ?SignedHeaders=[^,]+, ?Signature=[0-9a-f]{64}"
)


@dataclass(frozen=True, slots=True)
class RekognitionFault(Fault):
    """A fault with Amazon's error `code`; its status is 400 unless another is ordered.

    Without a code, `status` alone is answered as by somebody between, without Amazon's JSON.
    """

    code: str = ""


class Service:
    """One Rekognition, whose labels come from `labeler`; see `Desk` for `answer_time`."""

    def __init__(self, labeler: Labeler, answer_time: float = 0.0) -> None:
        self.desk = Desk(labeler, RekognitionFault, answer_time)

    def answer(self, operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
        """Answer a call of `operation`; raises `Refused` or `Dropped`."""
        with self.desk.call(operation) as fault:
            if fault and (fault.code or fault.status):
                raise refusal(fault.code, "ordered to fail", fault.status or HTTPStatus.BAD_REQUEST)
            content = content_of(request)
            [outcome] = self.desk.look([content])
            return answer(outcome, request, content)


def serving(service: Service, port: int = 0, key_id: str = KEY) -> AbstractContextManager[str]:
    """DetectLabels for `key_id`; see `Desk.serving`."""
    return service.desk.serving(_application(service, key_id), port)


def _application(service: Service, key_id: str) -> Starlette:
    async def detect(request: Request) -> Response:
        _check_signer(request.headers.get("Authorization", ""), key_id)
        operation = _operation(request.headers.get("X-Amz-Target", ""))
        body = await bounded_body(request, MAX_BODY_BYTES, _too_large())
        return _Amazon(await run_in_threadpool(service.answer, operation, _parsed(body)))

    return service.desk.application([Route("/", detect, methods=["POST"])], _refused)


class _Amazon(JSONResponse):
    media_type = _MEDIA_TYPE


def _too_large() -> Refused:
    return refusal("RequestEntityTooLargeException", "", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def _check_signer(authorization: str, key_id: str) -> None:
    if not authorization:
        raise refusal("MissingAuthenticationTokenException", "Missing Authentication Token")
    signed = _SIGNED.fullmatch(authorization)
    if not signed:
        raise refusal("IncompleteSignatureException", "Authorization header is not in the expected form")
    if signed[1] != key_id:
        raise refusal("UnrecognizedClientException", "The security token included in the request is invalid.")


def _operation(target: str) -> str:
    operation = target.removeprefix(TARGET)
    if operation != "DetectLabels":
        raise refusal("UnknownOperationException", "")
    return operation


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        message = json.loads(body)
    except ValueError as error:
        raise refusal("SerializationException", str(error)) from error
    if not isinstance(message, dict):
        raise refusal("SerializationException", "Start of structure expected")
    return message


def _refused(_: Request, error: Refused) -> Response:
    if not error.code:
        return Response("ordered to fail", error.status)
    return _Amazon({"__type": error.code, "message": error.message}, error.status)
