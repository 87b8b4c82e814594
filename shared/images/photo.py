"""A shopper's photo in memory: checked before it is decoded, then made small, upright and anonymous."""

from __future__ import annotations

import io
import math
from dataclasses import dataclass

from PIL import Image

from shared.errors import Failure, Permanent
from shared.images.formats import format_of
from shared.images.formats.source import Size, Source
from shared.images.memory import MemoryBudget
from shared.images.rendering import WHOLE, render, stored, working_bytes
from shared.model import Crop

MAX_SIDE = 1280
"""Pixels. Scaling down by whole numbers leaves more than half of it on the longer side, the 640 x 480 that
Google Cloud Vision's page "Supported image formats" asks for to find labels."""

MAX_STORED_SIDE = 65_535
"""Pixels, as JPEG has it: decoders spend memory and time on every row, however short."""

MIN_CROP_SIDE = 8
"""Pixels; less shows nothing."""

MAX_FRAMES = 1_000
"""Of an animation whose header tells; only the first is decoded, but all are listed."""

MEMORY_BYTES = 184 * 1024 * 1024
"""A budget that lets a 12-megapixel picture of any format pass and keeps a process under 300 MiB,
340 with the embedded encoder."""

_QUALITY = 85


@dataclass(frozen=True, slots=True)
class PhotoLimits:
    """The largest file in bytes and the most pixels a shopper may send."""

    max_bytes: int
    max_pixels: int


class Normaliser:
    """Makes any picture a small upright RGB JPEG without metadata; thread-safe.

    Colours are taken as sRGB: profiles are dropped, not applied, which labels do not notice.
    """

    def __init__(self, limits: PhotoLimits, memory: MemoryBudget) -> None:
        self._limits = limits
        self._memory = memory

    def __call__(self, content: bytes, crop: Crop | None = None) -> bytes:
        """Return the picture, or its `crop`, as a JPEG of at most `MAX_SIDE` pixels a side; never enlarged.

        Raises `Permanent` with reason `too-large`, `too-many-pixels`, `too-many-frames`,
        `unsupported-format`, `bad-picture` or `bad-crop`, and `Transient("busy")`.
        """
        self._check_bytes(content)
        try:
            source = format_of(content).open(content)
            self._check_header(source)
            part = stored(crop or WHOLE, source.orientation)
            shrink = _shrink(source.size, part)
            with self._memory.held(self._cost(source, shrink)):
                return _as_jpeg(render(source.decode(shrink), part, source.orientation, MAX_SIDE))
        except Failure:
            raise
        except Exception as error:
            raise Permanent("bad-picture", f"the picture is damaged: {error}") from error

    def _check_bytes(self, content: bytes) -> None:
        if not content:
            raise Permanent("bad-picture", "the picture is empty")
        if len(content) > self._limits.max_bytes:
            raise Permanent(
                "too-large",
                f"the picture has {len(content)} bytes; send at most {self._limits.max_bytes}",
            )

    def _check_header(self, source: Source) -> None:
        size = source.size
        if size.pixels <= 0:
            raise Permanent("bad-picture", "the picture has no pixels")
        if size.pixels > self._limits.max_pixels or max(size) > MAX_STORED_SIDE:
            raise Permanent(
                "too-many-pixels",
                f"the picture has {size.width} x {size.height} pixels; send at most "
                f"{self._limits.max_pixels} in all and {MAX_STORED_SIDE} a side",
            )
        if source.frames > MAX_FRAMES:
            raise Permanent(
                "too-many-frames", f"the picture has {source.frames} frames; send at most {MAX_FRAMES}"
            )

    def _cost(self, source: Source, shrink: int) -> int:
        cost = source.cost(shrink) + working_bytes(MAX_SIDE)
        if cost > self._memory.total_bytes:
            size = source.size
            raise Permanent(
                "too-many-pixels",
                f"decoding {size.width} x {size.height} pixels of this format takes too much memory; "
                "send at most 12 megapixels, or a baseline JPEG",
            )
        return cost


def _shrink(size: Size, crop: Crop) -> int:
    """Return by how much to scale the crop down; raises `Permanent("bad-crop")` for next to nothing."""
    width, height = size.width * crop.width, size.height * crop.height
    if crop != WHOLE and min(width, height) < MIN_CROP_SIDE:
        raise Permanent(
            "bad-crop",
            f"the crop has {width:.0f} x {height:.0f} pixels; it needs {MIN_CROP_SIDE} x {MIN_CROP_SIDE}",
        )
    return math.ceil(max(width, height) / MAX_SIDE)


def _as_jpeg(image: Image.Image) -> bytes:
    """Encode; what else the image knows about itself is left out."""
    image.info.clear()
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=_QUALITY)
    return buffer.getvalue()
