"""The colors of a product in a picture, as names a shopper would use; the background does not count."""

from __future__ import annotations

import math
import operator
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from PIL import Image

from shared.imaging import Raster
from shared.imaging.oklab import OTHER, SAME, TO_CONES, TO_LAB, linear
from shared.model import MAX_COLORS, MIN_COLOR_SHARE, Label, Labels

REVISION = 2
"""Raised whenever this code names colors differently."""

_SIDE = 64
"""Pixels of the longer side that a picture is reduced to; names need no more."""

_SHADES = 32
"""Different colors that it is reduced to."""

_BORDER = 2
"""Pixels of the reduced picture; products rarely touch the edge."""

_BORDER_COVERED = 0.7
"""Share of the border whose commonest colors are the background; the rest may be a product touching it."""

_LEAST = 0.01
"""The share of background that still counts, so that a white product on white is white."""


class Shade(NamedTuple):
    """A color in Oklab: lightness 0..1, green to red and blue to yellow, both about -0.4..0.4."""

    lightness: float
    a: float
    b: float

    @property
    def chroma(self) -> float:
        """Distance from gray, 0 to about 0.32 within sRGB."""
        return math.hypot(self.a, self.b)

    @property
    def hue(self) -> float:
        """Degrees, 0..360: red 29, yellow 110, green 142, blue 264."""
        return math.degrees(math.atan2(self.b, self.a)) % 360


def shade_of(red: int, green: int, blue: int) -> Shade:
    """Convert 8-bit sRGB."""
    light = [linear(value) for value in (red, green, blue)]
    roots = [math.cbrt(_product(row, light)) for row in TO_CONES]
    return Shade(*(_product(row, roots) for row in TO_LAB))


def _product(row: Sequence[float], values: Sequence[float]) -> float:
    product: float = sum(map(operator.mul, row, values))
    return product


class Region(NamedTuple):
    """A part of Oklab that has a name: ranges of hue (which may pass 360), lightness and chroma."""

    name: str
    hues: tuple[float, float] = (0.0, 360.0)
    lightness: tuple[float, float] = (0.0, 1.1)
    chroma: tuple[float, float] = (0.0, 1.0)

    def holds(self, shade: Shade) -> bool:
        """Tell whether the color lies in it; a range includes its lower end only."""
        width = self.hues[1] - self.hues[0]
        return (
            (shade.hue - self.hues[0]) % 360 < (width % 360 or 360)
            and self.lightness[0] <= shade.lightness < self.lightness[1]
            and self.chroma[0] <= shade.chroma < self.chroma[1]
        )


REGIONS = (
    Region("black", lightness=(0.0, 0.2)),
    Region("black", lightness=(0.0, 0.32), chroma=(0.0, 0.03)),
    Region("white", lightness=(0.88, 1.1), chroma=(0.0, 0.03)),
    Region("gray", lightness=(0.0, 0.88), chroma=(0.0, 0.034)),
    Region("beige", (55, 112), (0.7, 1.1), (0.0, 0.09)),
    Region("pink", (335, 15), (0.53, 1.1)),
    Region("pink", (15, 40), (0.7, 1.1), (0.0, 0.16)),
    Region("brown", (15, 38), (0.0, 0.7), (0.0, 0.1)),
    Region("brown", (38, 80), (0.0, 0.68), (0.0, 0.135)),
    Region("brown", (38, 80), (0.0, 0.56)),
    Region("brown", (80, 100), (0.0, 0.68)),
    Region("red", (350, 38)),
    Region("orange", (38, 80)),
    Region("yellow", (80, 116), (0.68, 1.1)),
    Region("green", (80, 190)),
    Region("blue", (190, 284)),
    Region("purple", (284, 350)),
)
"""The first that holds a color names it. The names are the eleven basic terms of Berlin and Kay (1969)
and beige; the limits lie between the named colors of CSS Color Module Level 4, by their names."""


def name_of(shade: Shade) -> str:
    """Return one of the twelve names."""
    return next(region.name for region in REGIONS if region.holds(shade))


def colors_of(raster: Raster) -> Labels:
    """Return at most `MAX_COLORS` names with their shares of the product, which sum to 1; largest first.

    Pixels count by how far they are from the colors of the border and how near to the middle.
    """
    small = _reduced(raster)
    rows = _rows(small)
    shades = _palette(small)
    background = [shades[index] for index in _commonest(_border(rows))]
    weights: defaultdict[str, float] = defaultdict(float)
    for index, mass in _masses(rows).items():
        weights[name_of(shades[index])] += mass * _difference(shades[index], background)
    return _main(weights)


def _reduced(raster: Raster) -> Image.Image:
    """A small picture of few colors."""
    scale = _SIDE / max(raster.size)
    width, height = (max(1, round(side * scale)) for side in raster.size)
    small = Image.frombytes("RGB", (width, height), raster.resized(width, height, "box").rgb())
    return small.quantize(_SHADES, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)


def _rows(small: Image.Image) -> list[bytes]:
    """The picture's indices of its palette."""
    pixels = small.tobytes()
    return [pixels[start : start + small.width] for start in range(0, len(pixels), small.width)]


def _palette(small: Image.Image) -> list[Shade]:
    values = iter(small.getpalette() or ())
    return [shade_of(*rgb) for rgb in zip(values, values, values, strict=True)]


def _border(rows: Sequence[bytes]) -> bytes:
    sides = (row[:_BORDER] + row[-_BORDER:] for row in rows[_BORDER:-_BORDER])
    return b"".join((*rows[:_BORDER], *rows[-_BORDER:], *sides))


def _commonest(indices: bytes) -> Iterator[int]:
    """The commonest that cover `_BORDER_COVERED` of them."""
    missing = _BORDER_COVERED * len(indices)
    for index, count in Counter(indices).most_common():
        if missing <= 0:
            return
        missing -= count
        yield index


def _masses(rows: Sequence[bytes]) -> dict[int, float]:
    """Return how much of the picture each index covers, the middle counting most."""
    masses: defaultdict[int, float] = defaultdict(float)
    across = _falling_off(len(rows[0]))
    for row, vertical in zip(rows, _falling_off(len(rows)), strict=True):
        for index, horizontal in zip(row, across, strict=True):
            masses[index] += vertical * horizontal
    return masses


def _falling_off(length: int) -> list[float]:
    """A parabola, 1 in the middle of `length` pixels and 0 at the edges."""
    return [1 - ((2 * place + 1) / length - 1) ** 2 for place in range(length)]


def _difference(shade: Shade, background: Iterable[Shade]) -> float:
    """Return how surely a color is none of the background's, `_LEAST`..1."""
    nearest = min(
        math.hypot((shade.lightness - other.lightness) / 2, shade.a - other.a, shade.b - other.b)
        for other in background
    )
    return max(_LEAST, min(1.0, (nearest - SAME) / (OTHER - SAME)))


def _main(weights: dict[str, float]) -> Labels:
    whole = sum(weights.values())
    best = sorted(((weight, name) for name, weight in weights.items()), reverse=True)[:MAX_COLORS]
    kept = [(weight, name) for weight, name in best if weight >= MIN_COLOR_SHARE * whole]
    told = sum(weight for weight, _ in kept)
    return tuple(Label(name, weight / told) for weight, name in kept)
