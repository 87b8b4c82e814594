"""The stand-in of Rekognition over HTTP: it answers whoever has signed, or commits the faults ordered."""

from __future__ import annotations

import base64
import binascii
import io
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from PIL import Image
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from devstack.recognizers import confidence
from devstack.serving import Fault, bounded_body
from devstack.standins import KEY, Refused, StandInServer
from shared.errors import Failure, Permanent
from shared.labeling import Recognizer
from shared.model import Labels

MAX_BYTES = 5_242_880
MIN_SIDE, MAX_SIDE = 80, 10_000
DEFAULT_MIN_CONFIDENCE = 55.0
DEFAULT_MAX_LABELS = 1_000
DEFAULT_MAX_COLORS = 10

PALETTE: Mapping[str, tuple[int, int, int]] = {
    "black": (0, 0, 0),
    "blue": (30, 60, 200),
    "brown": (120, 70, 30),
    "green": (40, 140, 50),
    "gray": (128, 128, 128),
    "orange": (250, 140, 20),
    "pink": (250, 150, 180),
    "purple": (120, 40, 150),
    "red": (210, 30, 40),
    "white": (255, 255, 255),
    "yellow": (250, 225, 50),
}
_THUMBNAIL = 64


def refusal(code: str, message: str, status: int = HTTPStatus.BAD_REQUEST) -> Refused:
    """A call that gets no detected, by Amazon's error `code`."""
    return Refused(status, message, code=code)


def content_of(request: Mapping[str, Any]) -> bytes:
    """The bytes of the request's picture, within the service's limits; raises `Refused`."""
    try:
        content = base64.b64decode(request["Image"]["Bytes"], validate=True)
    except (KeyError, TypeError, binascii.Error) as error:
        raise refusal("InvalidParameterException", "Request has invalid parameters") from error
    if len(content) > MAX_BYTES:
        raise refusal("ImageTooLargeException", f"Input image is larger than {MAX_BYTES} bytes")
    return content


def detection(outcome: Labels | Failure, request: Mapping[str, Any], content: bytes) -> dict[str, Any]:
    """Answer for the picture `content`, in which `outcome` was seen; raises `Refused`."""
    image = _decoded(content)
    labels = _seen(outcome)
    features = request.get("Features") or ["GENERAL_LABELS"]
    response: dict[str, Any] = {"LabelModelVersion": "3.0"}
    if "GENERAL_LABELS" in features:
        response["Labels"] = list(_labels(labels, request))
    if "IMAGE_PROPERTIES" in features:
        settings = request.get("Settings", {}).get("ImageProperties", {})
        shades = _shades(image)[: settings.get("MaxDominantColors", DEFAULT_MAX_COLORS)]
        response["ImageProperties"] = {"DominantColors": shades, "Foreground": {"DominantColors": shades}}
    return response


def _decoded(content: bytes) -> Image.Image:
    try:
        image = Image.open(io.BytesIO(content), formats=("JPEG", "PNG"))
        _check_size(image)
        return image.convert("RGB")
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise refusal("InvalidImageFormatException", "Request has invalid image format") from error


def _check_size(image: Image.Image) -> None:
    if min(image.size) < MIN_SIDE:
        raise refusal("InvalidParameterException", "Request has invalid parameters")
    if max(image.size) > MAX_SIDE:
        size = f"{image.width} x {image.height}"
        raise refusal(
            "ImageTooLargeException",
            f"Input image dimensions {size} exceed maximum dimension size of {MAX_SIDE} pixels",
        )


def _seen(outcome: Labels | Failure) -> Labels:
    if isinstance(outcome, Permanent):
        raise refusal("InvalidImageFormatException", "Request has invalid image format")
    if isinstance(outcome, Failure):
        raise refusal("InternalServerError", str(outcome), HTTPStatus.INTERNAL_SERVER_ERROR)
    return outcome


def _labels(labels: Labels, request: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    least = request.get("MinConfidence", DEFAULT_MIN_CONFIDENCE)
    for label in labels[: request.get("MaxLabels", DEFAULT_MAX_LABELS)]:
        if (sure := 100 * confidence(label.score)) >= least:
            empty: dict[str, list[Any]] = {"Instances": [], "Parents": [], "Aliases": [], "Categories": []}
            yield {"Name": label.name, "Confidence": sure, **empty}


def _shades(image: Image.Image) -> list[dict[str, Any]]:
    """The nearest named colors with the share of pixels each, largest first."""
    palette = Image.new("P", (1, 1))
    palette.putpalette([channel for color in PALETTE.values() for channel in color])
    small = image.resize((_THUMBNAIL, _THUMBNAIL))
    counts = small.quantize(palette=palette, dither=Image.Dither.NONE).histogram()
    shares = sorted(zip(counts, PALETTE, strict=False), reverse=True)
    return [
        {"SimplifiedColor": name, "PixelPercent": 100 * count / _THUMBNAIL**2}
        for count, name in shares
        if count
    ]


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
    """One Rekognition, whose labels come from `recognizer`; see `StandInServer` for `answer_time`."""

    def __init__(self, recognizer: Recognizer, answer_time: float = 0.0) -> None:
        self.server = StandInServer(recognizer, RekognitionFault, answer_time)

    def answer(self, operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
        """Answer a call of `operation`; raises `Refused` or `Dropped`."""
        with self.server.call(operation) as fault:
            if fault and (fault.code or fault.status):
                raise refusal(fault.code, "ordered to fail", fault.status or HTTPStatus.BAD_REQUEST)
            content = content_of(request)
            [outcome] = self.server.label([content])
            return detection(outcome, request, content)


def serving(service: Service, port: int = 0, key_id: str = KEY) -> AbstractContextManager[str]:
    """DetectLabels for `key_id`; see `StandInServer.serving`."""
    return service.server.serving(_application(service, key_id), port)


def _application(service: Service, key_id: str) -> Starlette:
    async def detect(request: Request) -> Response:
        _check_signer(request.headers.get("Authorization", ""), key_id)
        operation = _operation(request.headers.get("X-Amz-Target", ""))
        body = await bounded_body(request, MAX_BODY_BYTES, _too_large())
        return _Amazon(await run_in_threadpool(service.answer, operation, _parsed(body)))

    return service.server.application([Route("/", detect, methods=["POST"])], _refused)


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
