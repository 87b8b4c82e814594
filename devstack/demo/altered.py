"""Copies of a product's picture as a shopper might send them."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping

from PIL import Image, ImageOps

_CROP = 0.1
_SMALL = 480


def _cropped(image: Image.Image) -> bytes:
    """Without a tenth of its width and height on every side."""
    x, y = round(image.width * _CROP), round(image.height * _CROP)
    return _jpeg(image.crop((x, y, image.width - x, image.height - y)), 85)


def _mirrored(image: Image.Image) -> bytes:
    return _jpeg(ImageOps.mirror(image), 85)


def _recompressed(image: Image.Image) -> bytes:
    """Small and with strong JPEG artefacts, as after a trip through messengers."""
    small = image.copy()
    small.thumbnail((_SMALL, _SMALL))
    return _jpeg(small, 30)


def _jpeg(image: Image.Image, quality: int) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


ALTERATIONS: Mapping[str, Callable[[Image.Image], bytes]] = {
    "cropped": _cropped,
    "mirrored": _mirrored,
    "recompressed": _recompressed,
}


def altered(picture: bytes) -> dict[str, bytes]:
    """Every alteration of a picture, as JPEG files by the alteration's name."""
    with Image.open(io.BytesIO(picture)) as image:
        upright = ImageOps.exif_transpose(image).convert("RGB")
    return {name: alter(upright) for name, alter in ALTERATIONS.items()}
