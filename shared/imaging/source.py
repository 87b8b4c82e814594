"""A picture whose header has been read: what its format's module makes of a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from PIL import Image
from PIL.ImageFile import ImageFile

from shared.errors import Permanent
from shared.imaging import Limits
from shared.reasons import Reason

LEAST_SHOWN = 0.5
"""The share of a cut picture that has to be there."""


class Size(NamedTuple):
    """Width and height in pixels."""

    width: int
    height: int

    @property
    def pixels(self) -> int:
        """The area."""
        return self.width * self.height

    def __str__(self) -> str:
        return f"{self.width} x {self.height} pixels ({self.pixels / 1e6:.1f} megapixels)"


NO_SIZE = Size(0, 0)

Decoded = tuple[Image.Image, float]
"""A decoded picture, and the share of it that was there, 0..1."""

Load = Callable[[Callable[[], ImageFile]], Decoded]
"""Decodes what a function opens, any number of times: `strictly`, or as far as it goes, see `damage`."""


@dataclass(frozen=True, slots=True)
class Source:
    """A picture whose header has been read.

    `decode` takes the whole number by which the picture will be scaled down at least. `orientation` is
    EXIF's, 1..8, of the pixels as stored; `profile` an ICC profile, empty for none.
    """

    size: Size
    decode: Callable[[int], Decoded]
    orientation: int = 1
    profile: bytes = b""
    frames: int = 1


def strictly(reopen: Callable[[], ImageFile]) -> Decoded:
    """Decode a whole file; raises whatever Pillow does where it is not."""
    image = reopen()
    image.load()
    return image, 1.0


def check_size(size: Size, frames: int, limits: Limits) -> None:
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


def damaged(what: str) -> Permanent:
    """Return the error for a file that breaks the rules of its format."""
    return Permanent(Reason.BAD_PICTURE, f"the picture is damaged: {what.strip()}")


def unsupported(what: str) -> Permanent:
    """Return the error for a rare variant of a format."""
    return Permanent(Reason.UNSUPPORTED_FORMAT, f"{what} cannot be read; send a JPEG, PNG or WebP instead")
