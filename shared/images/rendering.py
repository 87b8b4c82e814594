"""From decoded pixels to the small upright picture: crop, scale, put on white, turn.

Everything is done in an order and in parts that keep the copies small: what is large is only read.
"""

from __future__ import annotations

import math

from PIL import Image

from shared.images.formats.source import Box, Raster, Size
from shared.model import Crop
from shared.rasters import UPRIGHT

WHOLE = Crop(0.0, 0.0, 1.0, 1.0)

_PART_WIDTH, _PART_PIXELS = 4_096, 262_144
"""What is converted at a time: of most pictures some full rows."""


_PLAIN_MODES = frozenset({"L", "RGB", "CMYK"})

_SWAPPED = 5
"""From this orientation on, stored rows are upright columns."""


def working_bytes(max_side: int) -> int:
    """The most bytes that `render` holds besides the raster: its result, turned, and one part with copies."""
    return 4 * (2 * max_side * max_side + 4 * _PART_PIXELS)


def box_of(crop: Crop, size: Size) -> Box:
    """Return the crop of a picture of this size in whole pixels, at least one each way."""
    left, right = _span(crop.x, crop.width, size.width)
    upper, lower = _span(crop.y, crop.height, size.height)
    return Box(left, upper, right, lower)


def _span(start: float, length: float, side: int) -> tuple[int, int]:
    first = min(int(start * side + 0.5), side - 1)
    return first, min(max(int((start + length) * side + 0.5), first + 1), side)


def stored(crop: Crop, orientation: int) -> Crop:
    """Return where a crop of the upright picture lies in the stored one."""
    x, y, width, height = crop.x, crop.y, crop.width, crop.height
    mirrored_x, mirrored_y = max(0.0, 1 - x - width), max(0.0, 1 - y - height)
    left = mirrored_x if orientation in {2, 3, 7, 6} else x
    upper = mirrored_y if orientation in {3, 4, 7, 8} else y
    if orientation >= _SWAPPED:
        return Crop(upper, left, height, width)
    return Crop(left, upper, width, height)


def render(raster: Raster, crop: Crop, orientation: int, max_side: int) -> Image.Image:
    """Return the crop of the stored picture as an upright RGB image of at most `max_side` pixels a side.

    It is scaled down by a whole number, by averaging: several times faster than a resampling filter.
    """
    box = box_of(crop, raster.size)
    factor = math.ceil(max(box.right - box.left, box.lower - box.upper) / max_side)
    if raster.whole is not None and _is_plain(raster.whole):
        small = _reduced(raster.whole, box, factor)
    else:
        small = _averaged(raster, box, factor)
    turn = UPRIGHT.get(orientation)
    return small if turn is None else small.transpose(turn)


def _reduced(image: Image.Image, box: Box, factor: int) -> Image.Image:
    """Return the box of an opaque picture, averaged down; without a copy where nothing is to be done."""
    if factor > 1 or box != (0, 0, *image.size):
        image = image.reduce(factor, box)
    return image if image.mode == "RGB" else image.convert("RGB")


def _is_plain(image: Image.Image) -> bool:
    return image.mode in _PLAIN_MODES and not image.has_transparency_data


def _averaged(raster: Raster, box: Box, factor: int) -> Image.Image:
    """Return the box in RGB on white, averaged down, taking it part by part."""
    width, height = box.right - box.left, box.lower - box.upper
    page = Image.new("RGB", (math.ceil(width / factor), math.ceil(height / factor)))
    columns = max(1, _PART_WIDTH // factor) * factor
    rows = max(1, _PART_PIXELS // columns // factor) * factor
    for upper in range(box.upper, box.lower, rows):
        for left in range(box.left, box.right, columns):
            cut = Box(left, upper, min(left + columns, box.right), min(upper + rows, box.lower))
            place = ((left - box.left) // factor, (upper - box.upper) // factor)
            page.paste(_on_white(raster.part(cut)).reduce(factor), place)
    return page


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I;16"):
        # Pillow's own conversion cuts off above 255.
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("RGB")
    if not image.has_transparency_data:
        return image.convert("RGB")
    layer = image.convert("RGBA")
    page = Image.new("RGB", layer.size, "white")
    page.paste(layer, mask=layer)
    return page
