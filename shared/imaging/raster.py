"""Pixels in memory, and the ways out: to a JPEG for a recognizer, to pixels for an encoder."""

from __future__ import annotations

import io
from typing import Self

from PIL import Image

from shared.errors import Permanent
from shared.imaging import Box, Resampling
from shared.imaging.rendering import box_of
from shared.model import Crop
from shared.reasons import Reason

_QUALITY = 88
"""Of the JPEGs that recognizers get."""


class PillowRaster:
    """An image of mode RGB; see `Raster`."""

    def __init__(self, image: Image.Image) -> None:
        self.image = image

    @property
    def size(self) -> tuple[int, int]:
        """See `Raster`."""
        return self.image.size

    def rgb(self) -> bytes:
        """See `Raster`."""
        return self.image.tobytes()

    def jpeg(self, max_bytes: int | None = None) -> bytes:
        """See `Raster`; raises `Permanent("too-large")` where not even a pixel would fit."""
        image = self.image
        while len(file := _jpeg(image)) > (max_bytes or len(file)):
            if max(image.size) == 1:
                raise Permanent(Reason.TOO_LARGE, f"no JPEG of this picture has at most {max_bytes} bytes")
            image = image.reduce(2)
        return file

    def part(self, crop: Crop) -> Self:
        """See `Raster`."""
        return type(self)(self.image.crop(box_of(crop, *self.image.size)))

    def resized(self, width: int, height: int, resampling: Resampling, box: Box | None = None) -> Self:
        """See `Raster`."""
        return type(self)(self.image.resize((width, height), Image.Resampling[resampling.upper()], box))

    def padded(self, side: int, resampling: Resampling) -> Self:
        """See `Raster`."""
        scale = side / max(self.image.size)
        width, height = (max(1, round(each * scale)) for each in self.image.size)
        page = Image.new("RGB", (side, side), "white")
        page.paste(self.resized(width, height, resampling).image, ((side - width) // 2, (side - height) // 2))
        return type(self)(page)


def _jpeg(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=_QUALITY)
    return file.getvalue()
