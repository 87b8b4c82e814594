"""What a format module makes of a file: its header read and judged, its pixels not decoded yet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from PIL import Image

from shared.errors import Permanent


class Size(NamedTuple):
    """Width and height in pixels."""

    width: int
    height: int

    @property
    def pixels(self) -> int:
        """The area."""
        return self.width * self.height


class Box(NamedTuple):
    """A part of a raster in whole pixels; right and lower are exclusive."""

    left: int
    upper: int
    right: int
    lower: int


@dataclass(frozen=True, slots=True)
class Raster:
    """Decoded pixels as stored; `part` cuts a box out of them, `whole` is there if they are one image."""

    size: Size
    part: Callable[[Box], Image.Image]
    whole: Image.Image | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A picture whose header has been read.

    `size` and `orientation` (EXIF, 1..8) describe the pixels as stored. `cost` gives the most bytes that
    `decode` and its result hold together. Both take the whole number by which the picture will be scaled
    down at least, which a decoder may use to decode less.
    """

    size: Size
    cost: Callable[[int], int]
    decode: Callable[[int], Raster]
    orientation: int = 1
    frames: int = 1


_BYTES_PER_PIXEL = {"1": 1, "L": 1, "P": 1, "I;16": 2, "I;16B": 2, "I;16L": 2}


def bytes_per_pixel(mode: str) -> int:
    """Return how many bytes Pillow keeps a pixel of this mode in; three bands take four."""
    return _BYTES_PER_PIXEL.get(mode, 4)


def raster_of(image: Image.Image) -> Raster:
    """Decode an opened image."""
    image.load()
    return Raster(Size(*image.size), image.crop, image)


def pixels_of(image: Image.Image) -> int:
    """Return how many pixels an opened image has."""
    return image.width * image.height


def whole(image: Image.Image, cost: int, *, orientation: int = 1, frames: int = 1) -> Source:
    """Return the source of an opened image that can only be decoded in full, for `cost` bytes."""
    size = Size(*image.size)
    return Source(size, lambda _: cost, lambda _: raster_of(image), orientation, frames)


def damaged(what: str) -> Permanent:
    """Return the error for a file that breaks the rules of its format."""
    return Permanent("bad-picture", f"the picture is damaged: {what}")


def unsupported(what: str) -> Permanent:
    """Return the error for a rare variant of a format."""
    return Permanent("unsupported-format", f"{what} cannot be read; send a JPEG, PNG or WebP instead")
