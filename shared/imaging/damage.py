"""What is left of a damaged file, decoded as browsers do: as far as it goes.

Only where Pillow's module-wide switch for cut files is on, which is in the process that decodes for others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from PIL import Image
from PIL.ImageFile import ImageFile

_Grounds = Mapping[str, int | tuple[int, ...]]

_WHITE: _Grounds = {
    "P": 0,
    "I;16": 65_535,
    "I;16B": 65_535,
    "CMYK": (0, 0, 0, 0),
    "LA": (255, 0),
    "RGBA": (255, 255, 255, 0),
}
_DARK: _Grounds = {"P": 1, "CMYK": (255, 255, 255, 255), "LA": (0, 255), "RGBA": (0, 0, 0, 255)}


_STRIP = 256
"""Rows that are compared at a time."""


def decoded(reopen: Callable[[], ImageFile]) -> tuple[Image.Image, float]:
    """Decode a file; returns the share of its rows that were there, 0..1, and white for the others.

    It is decoded onto white. Where the first or the last row still is, it is decoded again onto another
    ground: rows that differ were never written. What `reopen` returns has to be decoded anew each time.
    """
    image = _on_ground(reopen(), _WHITE, 255)
    if not _is_untouched(image, 0) and not _is_untouched(image, image.height - 1):
        return image, 1.0
    other = _on_ground(reopen(), _DARK, 0)
    missing = list(_differing_rows(image, other))
    return _filled(image, missing), 1 - len(missing) / image.height


def _differing_rows(image: Image.Image, other: Image.Image) -> Iterator[int]:
    """Find them strip by strip, so that no copy is large."""
    for upper in range(0, image.height, _STRIP):
        lower = min(upper + _STRIP, image.height)
        ours, theirs = (_bytes(each, upper, lower) for each in (image, other))
        stride = len(ours) // (lower - upper)
        rows = (slice(at, at + stride) for at in range(0, len(ours), stride))
        yield from (y for y, row in enumerate(rows, upper) if ours[row] != theirs[row])


def _bytes(image: Image.Image, upper: int, lower: int) -> memoryview:
    return memoryview(image.crop((0, upper, image.width, lower)).tobytes())


def _on_ground(image: ImageFile, grounds: _Grounds, usual: int) -> Image.Image:
    color = grounds.get(image.mode, (usual,) * len(image.getbands()) if len(image.getbands()) > 1 else usual)
    image.im = Image.new(image.mode, image.size, color).im
    image.load()
    return image


def _filled(image: Image.Image, missing: list[int]) -> Image.Image:
    """White for missing rows; below one that is there, its like, as browsers do between interlaced rows."""
    gone = frozenset(missing)
    if gone and image.mode == "P":
        # Its palette need not hold white.
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    white = _WHITE.get(image.mode, "white")
    for y in missing:
        above = image.crop((0, y - 1, image.width, y)) if y and y - 1 not in gone else white
        image.paste(above, (0, y, image.width, y + 1))
    return image


def _is_untouched(image: Image.Image, y: int) -> bool:
    blank = Image.new(image.mode, (image.width, 1), _WHITE.get(image.mode, "white"))
    return _bytes(image, y, y + 1) == blank.tobytes()
