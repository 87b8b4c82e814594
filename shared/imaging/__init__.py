"""The room where every picture is opened, once, in one way, within limits: its port and its values.

`docs/pictures.md` says what is read and how; `Room` in `shared.imaging.room` does it. Only this package
imports Pillow and pi-heif.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol, Self

from shared.model import Crop

MAX_SIDE = 1_280
"""Pixels of a raster's longer side. Scaling down by whole numbers leaves more than half of it, the 640 x 480
that recognizers ask for to find labels."""

SENT_SIDE = 2_048
"""Pixels of the longer side of a product picture that is converted for a recognizer: text stays legible."""

DECODING_SECONDS = 1.5
"""Of the processor for a picture in the child: 12 megapixels of HEIC take half of it."""

DECODING_CLOCK = 4 * DECODING_SECONDS
"""Seconds by the clock, after which a child that waits or starves is ended."""

PHOTO_PATIENCE = 1.5
"""Seconds that a shopper's photo waits for the child, or for memory."""

Resampling = Literal["bicubic", "bilinear", "box", "hamming"]


@dataclass(frozen=True, slots=True)
class Limits:
    """The largest picture that is opened: bytes of its file, pixels in all, pixels a side, frames.

    A side is limited because decoders spend memory and time on every row, however short; frames because all
    are listed, though only the first is decoded.
    """

    max_bytes: int = 20_000_000
    max_pixels: int = 50_000_000
    max_side: int = 65_535
    max_frames: int = 1_000


LIMITS = Limits()
"""Of product pictures; a shopper's photo may have fewer bytes, see MAX_PICTURE_BYTES."""


@dataclass(frozen=True, slots=True)
class FileLimits:
    """What files a recognizer takes as they are: names of formats, bytes, pixels of the longer side.

    With `turned` also photos that an EXIF orientation turns upright. Everything else is converted for it.
    """

    formats: frozenset[str]
    max_bytes: int
    max_side: int | None = None
    turned: bool = False


class Raster(Protocol):
    """A picture's pixels in memory: upright, 8-bit sRGB, nothing transparent."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""

    def rgb(self) -> bytes:
        """Red, green and blue of each pixel, row by row."""

    def jpeg(self, max_bytes: int | None = None) -> bytes:
        """The picture as a JPEG without metadata, made smaller until it has at most `max_bytes`."""

    def part(self, crop: Crop) -> Self:
        """What lies in the crop, in whole pixels, at least one each way."""

    def resized(self, width: int, height: int, resampling: Resampling, box: Box | None = None) -> Self:
        """The picture, or the `box` of it, at another size."""

    def padded(self, side: int, resampling: Resampling) -> Self:
        """The whole picture in the middle of a white square."""


Box = tuple[float, float, float, float]
"""Left, upper, right and lower edge in pixels; right and lower are exclusive."""


@dataclass(frozen=True, slots=True)
class Picture:
    """What recognizers and encoders look at: the bytes of a file, or pixels that are decoded already."""

    content: bytes | None = None
    raster: Raster | None = None

    def __post_init__(self) -> None:
        if (self.content is None) == (self.raster is None):
            raise ValueError("a picture is either a file's bytes or a raster, exactly one of them")


class Imaging(Protocol):
    """Opens pictures; thread-safe.

    Both methods raise `Permanent` with reason `too-large`, `too-many-pixels`, `too-many-frames`,
    `too-costly`, `unsupported-format`, `bad-picture` or `bad-crop`, `Transient("busy")` and
    `Transient("decoder-ended")`.
    """

    def raster(self, picture: Picture, side: int = MAX_SIDE, crop: Crop | None = None) -> Raster:
        """The pixels of the picture, or the `crop` of it, with at most `side` on the longer side.

        Never enlarged. Of an animation the first frame counts.
        """

    def file(self, picture: Picture, takes: FileLimits) -> bytes:
        """The picture as a file that a recognizer takes: as it is where that fits, else a JPEG."""
