"""Pictures as a vendor takes them, whatever format and size they come in."""

from __future__ import annotations

import threading
from io import BytesIO

from PIL import ExifTags, Image

from shared.errors import Permanent
from shared.labeling.limits import LOCAL_LIMITS
from shared.labeling.opening import opened, upright
from shared.rasters import UPRIGHT

_QUALITY = 90

_DECODING = threading.Lock()
"""One picture at a time: decoded, the largest takes 200 MB, and a function has 512."""


def fitting(content: bytes, formats: frozenset[str], max_bytes: int, max_side: int) -> bytes:
    """Return the picture as a file that a vendor takes, untouched if it is one already.

    `formats` are Pillow's names, JPEG among them; `max_side` is in pixels. Other pictures become an upright
    JPEG without metadata, transparency on white, as large as both limits allow; of an animation the first
    frame. Raises `Permanent` with reason `too-large`, `too-many-pixels`, `unsupported-format` or
    `bad-picture`; what is taken to begin with is said by `LOCAL_LIMITS`.
    """
    if not content:
        raise Permanent("bad-picture", "the picture is empty")
    with opened(content, LOCAL_LIMITS) as image:
        if len(content) <= max_bytes and _taken(image, formats, max_side):
            return content
    with _DECODING:
        return _as_jpeg(content, max_bytes, max_side)


def _taken(image: Image.Image, formats: frozenset[str], max_side: int) -> bool:
    # MPO is Pillow's name for a JPEG with more pictures behind it. CMYK is for printers: vendors promise JPEG
    # and mean what browsers show.
    kind = "JPEG" if image.format == "MPO" else image.format
    # Nobody says whether boxes are those of the picture as it is stored or as it is shown: send it upright.
    lies = kind == "JPEG" and image.getexif().get(ExifTags.Base.Orientation) in UPRIGHT
    return kind in formats and max(image.size) <= max_side and image.mode != "CMYK" and not lies


def _as_jpeg(content: bytes, max_bytes: int, max_side: int) -> bytes:
    picture = upright(content, LOCAL_LIMITS, max_side, lambda image: _within(image, max_side))
    while len(file := _encoded(picture)) > max_bytes:
        side = max(picture.size) // 2
        if not side:
            raise Permanent("too-large", f"no JPEG of this picture has at most {max_bytes} bytes")
        picture = _within(picture, side)
    return file


def _within(image: Image.Image, side: int) -> Image.Image:
    image.thumbnail((side, side), Image.Resampling.LANCZOS)
    return image


def _encoded(picture: Image.Image) -> bytes:
    picture.info.clear()
    file = BytesIO()
    picture.save(file, "JPEG", quality=_QUALITY)
    return file.getvalue()
