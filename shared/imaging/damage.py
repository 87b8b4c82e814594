"""What is left of a damaged file, decoded as browsers do: as far as it goes.

Only where Pillow's module-wide switch for cut files is on, which is in the process that decodes for others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PIL import Image
from PIL.ImageFile import ImageFile

_Grounds = Mapping[str, int | tuple[int, ...]]

_WHITE: _Grounds = {"P": 0, "I;16": 65_535, "CMYK": (0, 0, 0, 0), "LA": (255, 0), "RGBA": (255, 255, 255, 0)}
_DARK: _Grounds = {"P": 1, "CMYK": (255, 255, 255, 255), "LA": (0, 255), "RGBA": (0, 0, 0, 255)}


def decoded(reopen: Callable[[], ImageFile]) -> tuple[Image.Image, float]:
    """Decode a file; returns the share of its rows that were there, 0..1, and white for the others.

    It is decoded onto white. Where the last row still is, it is decoded again onto another ground: rows that
    differ were never written.
    """
    image = _on_ground(reopen(), _WHITE, 255)
    if not _is_untouched(image):
        return image, 1.0
    other = _on_ground(reopen(), _DARK, 0)
    missing = [y for y in range(image.height) if _row(image, y) != _row(other, y)]
    shown = 1 - len(missing) / image.height
    return (_whitened(image, missing) if image.mode == "P" else image), shown


def _on_ground(image: ImageFile, grounds: _Grounds, usual: int) -> Image.Image:
    color = grounds.get(image.mode, (usual,) * len(image.getbands()) if len(image.getbands()) > 1 else usual)
    image.im = Image.new(image.mode, image.size, color).im
    image.load()
    return image


def _whitened(image: Image.Image, rows: list[int]) -> Image.Image:
    """The colors of a picture in place of its palette, which need not hold white, and white rows."""
    colored = image.convert("RGBA" if image.has_transparency_data else "RGB")
    for y in rows:
        colored.paste("white", (0, y, image.width, y + 1))
    return colored


def _is_untouched(image: Image.Image) -> bool:
    row = _row(image, image.height - 1)
    blank = Image.new(image.mode, (image.width, 1), _WHITE.get(image.mode, "white"))
    return row == blank.tobytes()


def _row(image: Image.Image, y: int) -> bytes:
    return image.crop((0, y, image.width, y + 1)).tobytes()
