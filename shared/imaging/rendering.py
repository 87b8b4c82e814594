"""From decoded pixels to the small upright picture in sRGB: crop, put on white, scale, color, turn.

Everything is done in an order and in parts that keep the copies small: what is large is only read. Colors are
converted by Little CMS with the picture's profile (ICC.1, with matrices or tables), as browsers show them.
"""

from __future__ import annotations

import io
import math
from functools import cache, lru_cache

from PIL import Image, ImageCms

from shared.model import Crop

_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""The transposition that undoes each value of EXIF's Orientation; 1, or any other value, is upright."""

_SWAPPED = 5
"""From this orientation on, stored rows are upright columns."""

_FROM_RIGHT, _FROM_BOTTOM = frozenset({2, 3, 7, 8}), frozenset({3, 4, 6, 7})
"""Orientations in which stored columns and rows run against the upright ones."""

_PART_WIDTH, _PART_PIXELS = 4_096, 262_144
"""Pixels that are converted at a time: of most pictures some full rows."""

_PLAIN_MODES = frozenset({"L", "RGB", "CMYK", "LAB"})

MAX_PROFILE_BYTES = 4_000_000
"""Those of printing presses have half a megabyte to three; larger ones are ignored."""

_SPACES = {"RGB ": "RGB", "GRAY": "L", "CMYK": "CMYK", "Lab ": "LAB"}
_BANDS = {"1": "L", "LA": "L", "La": "L", "I;16": "L", "I;16B": "L", "I;16L": "L", "L": "L"}
_AS_DISPLAYED = 1
"""The differences that a picture's owner would not call another color: sRGB written down by others."""

_PROBE = 4
"""Levels of each channel by which a profile is told from sRGB."""

_Box = tuple[int, int, int, int]


def working_bytes(max_side: int) -> int:
    """The most bytes `render` holds besides the picture: its result, turned, and one part with copies."""
    return 4 * (2 * max_side * max_side + 6 * _PART_PIXELS)


def box_of(crop: Crop, width: int, height: int) -> _Box:
    """Return the crop of a picture of this size in whole pixels, at least one each way."""
    left, right = _span(crop.x, crop.width, width)
    upper, lower = _span(crop.y, crop.height, height)
    return left, upper, right, lower


def _span(start: float, length: float, side: int) -> tuple[int, int]:
    first = min(int(start * side + 0.5), side - 1)
    return first, min(max(int((start + length) * side + 0.5), first + 1), side)


def _stored(box: _Box, orientation: int, size: tuple[int, int]) -> _Box:
    """Return where a box of the upright picture lies in the stored one of this size."""
    left, upper, right, lower = box
    if orientation >= _SWAPPED:
        left, upper, right, lower = upper, left, lower, right
    width, height = size
    if orientation in _FROM_RIGHT:
        left, right = width - right, width - left
    if orientation in _FROM_BOTTOM:
        upper, lower = height - lower, height - upper
    return left, upper, right, lower


def upright(size: tuple[int, int], orientation: int) -> tuple[int, int]:
    """Return the size of the upright picture from that of the stored one."""
    width, height = size
    return (height, width) if orientation >= _SWAPPED else (width, height)


def render(image: Image.Image, crop: Crop, orientation: int, profile: bytes, side: int) -> Image.Image:
    """Return the crop of the upright picture as an sRGB image of at most `side` pixels a side.

    It is scaled down by a whole number, by averaging: several times faster than a resampling filter.
    """
    # Half pixels are rounded in the upright picture: in a mirrored one they would fall on the other side.
    box = _stored(box_of(crop, *upright(image.size, orientation)), orientation, image.size)
    factor = math.ceil(max(box[2] - box[0], box[3] - box[1]) / side)
    plain = image.mode in _PLAIN_MODES and not image.has_transparency_data
    if plain:
        small = _to_srgb(_reduced(image, box, factor), profile)
    else:
        small = _averaged(image, box, factor, profile)
    turn = _UPRIGHT.get(orientation)
    return small if turn is None else small.transpose(turn)


def _reduced(image: Image.Image, box: _Box, factor: int) -> Image.Image:
    """Return the box of an opaque picture, averaged down; without a copy where nothing is to be done."""
    return image.reduce(factor, box) if factor > 1 or box != (0, 0, *image.size) else image


def _averaged(image: Image.Image, box: _Box, factor: int, profile: bytes) -> Image.Image:
    """Return the box in sRGB, on white, averaged down, taking it part by part."""
    width, height = box[2] - box[0], box[3] - box[1]
    page = Image.new("RGB", (math.ceil(width / factor), math.ceil(height / factor)))
    columns = max(1, _PART_WIDTH // factor) * factor
    rows = max(1, _PART_PIXELS // columns // factor) * factor
    for upper in range(box[1], box[3], rows):
        for left in range(box[0], box[2], columns):
            part = image.crop((left, upper, min(left + columns, box[2]), min(upper + rows, box[3])))
            page.paste(
                _on_white(part, profile).reduce(factor),
                ((left - box[0]) // factor, (upper - box[1]) // factor),
            )
    return page


def _on_white(image: Image.Image, profile: bytes) -> Image.Image:
    if image.mode.startswith("I;16"):
        # Pillow's own conversion cuts off above 255; of deep RGB it keeps the upper eight bits, as here.
        deep = image.convert("I").point(lambda value: value * (1 / 256))
        return _to_srgb(deep.convert("L"), profile)
    mode = _BANDS.get(image.mode, image.mode if image.mode in {"CMYK", "LAB"} else "RGB")
    if not image.has_transparency_data:
        return _to_srgb(image.convert(mode), profile)
    # Pillow converts premultiplied gray to nothing else.
    layer = (image.convert("LA") if image.mode == "La" else image).convert("RGBA")
    page = Image.new("RGB", layer.size, "white")
    # Browsers mix what they show: halves of what is stored look lighter where the profile has another gamma.
    page.paste(_to_srgb(layer.convert(mode), profile), mask=layer)
    return page


def _to_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """Return an image of mode RGB, L, CMYK or LAB in sRGB; a damaged or foreign profile is ignored."""
    transform = None
    if image.mode == "LAB":
        transform = _from_lab()
    elif 0 < len(profile) <= MAX_PROFILE_BYTES:
        transform = _transform(profile, image.mode)
    if transform is not None:
        return transform.apply(image)
    return image if image.mode == "RGB" else image.convert("RGB")


@cache
def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


@cache
def _from_lab() -> ImageCms.ImageCmsTransform:
    lab = ImageCms.createProfile("LAB")
    return ImageCms.buildTransform(lab, _srgb(), "LAB", "RGB", ImageCms.Intent.RELATIVE_COLORIMETRIC)


@lru_cache(4)
def _transform(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """None where there is nothing to convert or the profile is of no use."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if _SPACES.get(source.profile.xcolor_space) != mode:
            return None
        transform = ImageCms.buildTransform(
            source,
            _srgb(),
            mode,
            "RGB",
            ImageCms.Intent.RELATIVE_COLORIMETRIC,
            ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
        return None if mode == "RGB" and _changes_nothing(transform) else transform
    except (ImageCms.PyCMSError, OSError, TypeError, ValueError):
        return None


def _changes_nothing(transform: ImageCms.ImageCmsTransform) -> bool:
    levels = [255 * step // (_PROBE - 1) for step in range(_PROBE)]
    colors = bytes(
        level for red in levels for green in levels for blue in levels for level in (red, green, blue)
    )
    probe = Image.frombytes("RGB", (_PROBE**3, 1), colors)
    seen = transform.apply(probe).tobytes()
    return max(abs(a - b) for a, b in zip(colors, seen, strict=True)) <= _AS_DISPLAYED
