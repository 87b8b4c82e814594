"""From the bytes of a file to the part of it that is wanted, in the function's process or its child's."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import NamedTuple

from PIL import Image
from PIL.ImageFile import ImageFile

from shared.errors import Failure, Permanent, Reason
from shared.imaging import Limits, format_of
from shared.imaging.rendering import render, upright
from shared.model import Crop

WHOLE = Crop(0.0, 0.0, 1.0, 1.0)

MIN_CROP_SIDE = 8
"""Pixels; less shows nothing."""

LEAST_SHOWN = 0.5
"""The share of a cut picture that has to be there."""

_OWN_MODULES = frozenset({"JPEG", "PNG"})

_ORIENTATION = 0x0112
_NUMBERS = {1: "B", 3: "H", 4: "I", 6: "b", 8: "h", 9: "i"}
"""The struct format of each whole-number type; the specification wants 3, and some programs write others."""

_MAX_ENTRIES = 256


class PixelSize(NamedTuple):
    """Width and height in pixels."""

    width: int
    height: int

    @property
    def pixels(self) -> int:
        """The area."""
        return self.width * self.height

    def __str__(self) -> str:
        return f"{self.width} x {self.height} pixels ({self.pixels / 1e6:.1f} megapixels)"


NO_SIZE = PixelSize(0, 0)

Decoded = tuple[Image.Image, float]
"""A decoded picture, and the share of it that was there, 0..1."""

Load = Callable[[Callable[[], ImageFile]], Decoded]
"""Decodes what a function opens, any number of times: `strictly`, or as far as it goes, see `child`."""


@dataclass(frozen=True, slots=True)
class PictureSource:
    """A picture whose header has been read.

    `decode` takes the whole number by which the picture will be scaled down at least. `orientation` is
    EXIF's, 1..8, of the pixels as stored; `profile` an ICC profile, empty for none.
    """

    size: PixelSize
    decode: Callable[[int], Decoded]
    orientation: int = 1
    profile: bytes = b""
    frames: int = 1


@dataclass(frozen=True, slots=True)
class Wish:
    """The part of a picture that is wanted, and the most pixels of its longer side."""

    side: int
    crop: Crop = WHOLE


def strictly(reopen: Callable[[], ImageFile]) -> Decoded:
    """Decode a whole file; raises whatever Pillow does where it is not."""
    image = reopen()
    image.load()
    return image, 1.0


def damaged(what: str) -> Permanent:
    """Return the error for a file that breaks the rules of its format."""
    return Permanent(Reason.BAD_PICTURE, f"the picture is damaged: {what.strip()}")


def unsupported(what: str) -> Permanent:
    """Return the error for a rare variant of a format."""
    return Permanent(Reason.UNSUPPORTED_FORMAT, f"{what} cannot be read; send a JPEG, PNG or WebP instead")


def orientation(exif: bytes) -> int:
    """Return EXIF's orientation, 1..8; 1 where the data does not say or is damaged.

    Read by ourselves, because nothing else of it should be parsed: the Exif specification's "Image File
    Directory", a TIFF header followed by entries of twelve bytes.
    """
    tiff = exif.removeprefix(b"Exif\0\0")
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None:
        return 1
    try:
        return _orientation(tiff, order)
    except struct.error:
        return 1


def _orientation(tiff: bytes, order: str) -> int:
    (start,) = struct.unpack_from(order + "I", tiff, 4)
    (count,) = struct.unpack_from(order + "H", tiff, start)
    for at in range(start + 2, start + 2 + 12 * min(count, _MAX_ENTRIES), 12):
        tag, kind = struct.unpack_from(order + "HH", tiff, at)
        if tag == _ORIENTATION and kind in _NUMBERS:
            (value,) = struct.unpack_from(order + _NUMBERS[kind], tiff, at + 8)
            return value if 1 <= value <= 8 else 1  # noqa: PLR2004 as the docstring says
    return 1


def open_any(content: bytes, load: Load) -> PictureSource:
    """Read a file's header by its format; raises `Permanent`."""
    known = format_of(content)
    name = known.name.lower()
    module = import_module(f"shared.imaging.{name if known.name in _OWN_MODULES else 'others'}")
    opener: Callable[[bytes, Load], PictureSource] = getattr(module, f"open_{name}")
    try:
        return opener(content, load)
    except (Failure, MemoryError):
        raise
    except Exception as error:
        raise damaged(f"it cannot be read as {known.name} ({error})") from error


def shrink_of(source: PictureSource, wish: Wish, limits: Limits) -> int:
    """Return by how much to scale down; raises `Permanent` for what is not to be decoded."""
    _check_size(source.size, source.frames, limits)
    upright_width, upright_height = upright(source.size, source.orientation)
    width, height = upright_width * wish.crop.width, upright_height * wish.crop.height
    if wish.crop != WHOLE and min(width, height) < MIN_CROP_SIDE:
        raise Permanent(
            Reason.BAD_CROP,
            f"the crop has {width:.0f} x {height:.0f} pixels; it needs {MIN_CROP_SIDE} x {MIN_CROP_SIDE}",
        )
    return math.ceil(max(width, height) / wish.side)


def rendered(source: PictureSource, wish: Wish, shrink: int) -> tuple[Image.Image, float]:
    """Decode and return the picture as wished, and the share of it that was there; raises `Permanent`."""
    try:
        image, shown = source.decode(shrink)
        small = render(image, wish.crop, source.orientation, source.profile, wish.side)
    except (Permanent, MemoryError):
        raise
    except Exception as error:
        raise damaged(str(error)) from error
    if shown < LEAST_SHOWN:
        raise damaged(f"only {shown:.0%} of it is there")
    return small, shown


def _check_size(size: PixelSize, frames: int, limits: Limits) -> None:
    """Raises `Permanent` for a picture that is not to be decoded."""
    if size.pixels <= 0:
        raise damaged("it has no pixels")
    if size.pixels > limits.max_pixels or max(size) > limits.max_side:
        raise Permanent(
            Reason.TOO_MANY_PIXELS,
            f"the picture has {size}; send at most {limits.max_pixels / 1e6:g} megapixels and"
            f" {limits.max_side} pixels a side",
        )
    if frames > limits.max_frames:
        raise Permanent(
            Reason.TOO_MANY_FRAMES, f"the picture has {frames} frames; send at most {limits.max_frames}"
        )
