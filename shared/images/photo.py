"""A shopper's photo in memory: checked before it is decoded, then made small, upright and anonymous."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

from shared.errors import Permanent

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF")
MAX_SIDE = 800
"""Pixels; Google Cloud Vision's guide on image sizes asks for 640 x 480 for labels."""

_QUALITY = 90


@dataclass(frozen=True, slots=True)
class PhotoLimits:
    """The largest file in bytes and the most pixels a shopper may send."""

    max_bytes: int
    max_pixels: int


def normalise(content: bytes, limits: PhotoLimits) -> bytes:
    """Return the photo as an upright RGB JPEG of at most `MAX_SIDE` pixels a side, without any metadata.

    Raises `Permanent` with reason `too-large`, `too-many-pixels`, `unsupported-format` or `bad-picture`.
    """
    if len(content) > limits.max_bytes:
        raise Permanent("too-large", f"the picture has more than {limits.max_bytes} bytes")
    with _opened(content) as image:
        if image.width * image.height > limits.max_pixels:
            raise Permanent(
                "too-many-pixels",
                f"the picture has {image.width} x {image.height} pixels, more than {limits.max_pixels}",
            )
        return _as_jpeg(_decoded(image))


def _opened(content: bytes) -> Image.Image:
    """Read the header only; the type comes from the content, never from a name."""
    if not content:
        raise Permanent("bad-picture", "the picture is empty")
    try:
        with warnings.catch_warnings():
            # Our own limit follows; Pillow's warning about large pictures would only repeat it.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            return Image.open(io.BytesIO(content), formats=FORMATS)
    except Image.DecompressionBombError:
        raise Permanent("too-many-pixels", "the picture has far too many pixels") from None
    except UnidentifiedImageError:
        raise Permanent(
            "unsupported-format", f"this is no picture we can read; send one of {', '.join(FORMATS)}"
        ) from None
    except Exception as error:
        raise Permanent("bad-picture", f"the picture is damaged: {error}") from error


def _decoded(image: Image.Image) -> Image.Image:
    try:
        image.draft("RGB", (MAX_SIDE, MAX_SIDE))
        image.load()
        upright = ImageOps.exif_transpose(image)
        upright.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.BICUBIC, reducing_gap=2.0)
        return _on_white(upright)
    except Exception as error:
        raise Permanent("bad-picture", f"the picture is damaged: {error}") from error


def _on_white(image: Image.Image) -> Image.Image:
    if not image.has_transparency_data:
        return image.convert("RGB")
    layer = image.convert("RGBA")
    page = Image.new("RGBA", layer.size, "white")
    return Image.alpha_composite(page, layer).convert("RGB")


def _as_jpeg(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    Image.frombytes(image.mode, image.size, image.tobytes()).save(buffer, "JPEG", quality=_QUALITY)
    return buffer.getvalue()
