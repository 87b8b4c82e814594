"""What DetectLabels answers to a picture; knows no transport."""

from __future__ import annotations

import base64
import binascii
import io
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from PIL import Image

from devstack.desk import Refused
from devstack.looking import confidence
from shared.errors import Failure, Permanent
from shared.model import Labels

MAX_BYTES = 5_242_880
MIN_SIDE, MAX_SIDE = 80, 10_000
DEFAULT_MIN_CONFIDENCE = 55.0
DEFAULT_MAX_LABELS = 1_000
DEFAULT_MAX_COLOURS = 10

PALETTE: Mapping[str, tuple[int, int, int]] = {
    "black": (0, 0, 0),
    "blue": (30, 60, 200),
    "brown": (120, 70, 30),
    "green": (40, 140, 50),
    "grey": (128, 128, 128),
    "orange": (250, 140, 20),
    "pink": (250, 150, 180),
    "purple": (120, 40, 150),
    "red": (210, 30, 40),
    "white": (255, 255, 255),
    "yellow": (250, 225, 50),
}
_THUMBNAIL = 64


def refusal(code: str, message: str, status: int = HTTPStatus.BAD_REQUEST) -> Refused:
    """A call that gets no answer, by Amazon's error `code`."""
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


def answer(outcome: Labels | Failure, request: Mapping[str, Any], content: bytes) -> dict[str, Any]:
    """Answer for the picture `content`, in which `outcome` was seen; raises `Refused`."""
    image = _decoded(content)
    labels = _seen(outcome)
    features = request.get("Features") or ["GENERAL_LABELS"]
    response: dict[str, Any] = {"LabelModelVersion": "3.0"}
    if "GENERAL_LABELS" in features:
        response["Labels"] = list(_labels(labels, request))
    if "IMAGE_PROPERTIES" in features:
        settings = request.get("Settings", {}).get("ImageProperties", {})
        shades = _shades(image)[: settings.get("MaxDominantColors", DEFAULT_MAX_COLOURS)]
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
    """The nearest named colours with the share of pixels each, largest first."""
    palette = Image.new("P", (1, 1))
    palette.putpalette([channel for colour in PALETTE.values() for channel in colour])
    small = image.resize((_THUMBNAIL, _THUMBNAIL))
    counts = small.quantize(palette=palette, dither=Image.Dither.NONE).histogram()
    shares = sorted(zip(counts, PALETTE, strict=False), reverse=True)
    return [
        {"SimplifiedColor": name, "PixelPercent": 100 * count / _THUMBNAIL**2}
        for count, name in shares
        if count
    ]
