"""What is left of a damaged file, decoded as browsers do: as far as it goes.

Only where Pillow's module-wide switch for cut files is on, which is in the process that decodes for others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

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


def decoded(reopen: Callable[[], ImageFile]) -> tuple[Image.Image, float]:
    """Decode a file; returns the share of its rows that were there, 0..1, and white for the others.

    It is decoded onto white. Where the first or the last row still is, it is decoded again onto another
    ground: rows that differ were never written. What `reopen` returns has to be decoded anew each time.
    """
    image = _on_ground(reopen(), _WHITE, 255)
    if not _is_untouched(image, 0) and not _is_untouched(image, image.height - 1):
        return image, 1.0
    other = _on_ground(reopen(), _DARK, 0)
    missing = [y for y in range(image.height) if _row(image, y) != _row(other, y)]
    return _filled(image, missing), 1 - len(missing) / image.height


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
    return _row(image, y) == blank.tobytes()


def _row(image: Image.Image, y: int) -> bytes:
    return image.crop((0, y, image.width, y + 1)).tobytes()
