"""What is left of a damaged file, decoded as browsers do: as far as it goes.

Only where Pillow's module-wide switch for cut files is on, which is in the process that decodes for others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from PIL import Image
from PIL.ImageFile import ImageFile

_Grounds = Mapping[str, int | tuple[int, ...]]

_WHITE: _Grounds = {"P": 0, "I;16": 65_535, "CMYK": (0, 0, 0, 0), "LA": (255, 0), "RGBA": (255, 255, 255, 0)}
_DARK: _Grounds = {"P": 1, "CMYK": (255, 255, 255, 255), "LA": (0, 255), "RGBA": (0, 0, 0, 255)}


_STRIP = 256
"""Rows that are compared at a time."""


def decoded(reopen: Callable[[], ImageFile]) -> tuple[Image.Image, float]:
    """Decode a file; returns the share of its rows that were there, 0..1, and white for the others.

    It is decoded onto white. Where the last row still is, it is decoded again onto another ground: rows that
    differ were never written.
    """
    image = _on_ground(reopen(), _WHITE, 255)
    if not _is_untouched(image):
        return image, 1.0
    other = _on_ground(reopen(), _DARK, 0)
    missing = sum(_differing_rows(image, other))
    return image, 1 - missing / image.height


def _differing_rows(image: Image.Image, other: Image.Image) -> Iterator[int]:
    """Count them strip by strip, so that no copy is large."""
    for upper in range(0, image.height, _STRIP):
        box = (0, upper, image.width, min(upper + _STRIP, image.height))
        ours, theirs = memoryview(image.crop(box).tobytes()), memoryview(other.crop(box).tobytes())
        stride = len(ours) // (box[3] - upper)
        starts = range(0, len(ours), stride)
        yield sum(ours[at : at + stride] != theirs[at : at + stride] for at in starts)


def _on_ground(image: ImageFile, grounds: _Grounds, usual: int) -> Image.Image:
    color = grounds.get(image.mode, (usual,) * len(image.getbands()) if len(image.getbands()) > 1 else usual)
    image.im = Image.new(image.mode, image.size, color).im
    image.load()
    return image


def _is_untouched(image: Image.Image) -> bool:
    row = image.crop((0, image.height - 1, *image.size))
    blank = Image.new(image.mode, (image.width, 1), _WHITE.get(image.mode, "white"))
    return row.tobytes() == blank.tobytes()
