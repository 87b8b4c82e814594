"""What is to be seen in a picture, and the ways on which the opener shows it."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from shared.imaging import FileLimits, Picture, Raster
from shared.imaging.opening import PictureOpener
from shared.model import Crop
from tests.imaging.files import Samples
from tests.imaging.icc import Space

PATCH = 40
"""Pixels of a side of each square of one color."""

EXACT = 1
"""Levels, of 255, by which what was stored without loss may differ, anywhere."""

LOSSY = 8
"""The same of what a lossy format stored, and of the JPEG for a recognizer, away from the squares' edges."""

_EDGE = 10
"""Pixels at the edges of squares that lossy formats mix, at full size; half of it at half of that."""

CROP = Crop(0.234375, 0.3125, 0.5, 0.4375)
"""All but its lower edge lie on half pixels."""

_FOR_A_RECOGNIZER = FileLimits(frozenset(), 10_000_000)

Seen = NDArray[np.int16]
"""Rows of pixels of red, green and blue, 0..255."""

_COLORS = (
    ((255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)),
    ((0, 0, 0), (128, 128, 128), (250, 200, 30), (30, 160, 170)),
    ((230, 120, 200), (70, 50, 40), (200, 200, 200), (90, 20, 130)),
)
_GRAYS = ((0, 255, 85, 170), (17, 238, 119, 68), (51, 102, 153, 204))


def tiled(colors: tuple[tuple[Any, ...], ...]) -> Samples:
    """Squares of these colors, or of these levels of gray, each of so many samples."""
    cells = np.array(colors).astype(np.uint16)
    cells = cells[..., None] if cells.ndim == 2 else cells
    return cells.repeat(PATCH, axis=0).repeat(PATCH, axis=1)


COLORS = tiled(_COLORS)
"""The picture that most files here hold: no two orientations of it look the same."""

GRAYS = tiled(_GRAYS)
"""Its like in gray, in levels that also four bits can hold; the first row can be held by two."""


ALPHA = tiled(((255, 255, 0, 128), (128, 64, 255, 0), (0, 255, 192, 255)))
"""Some of the loudest colors are hidden."""

RGBA, LA = np.dstack((COLORS, ALPHA)), np.dstack((GRAYS, ALPHA))

INKS = tiled(
    (
        ((0, 0, 0, 0), (255, 0, 0, 0), (0, 255, 0, 0), (0, 0, 255, 0)),
        ((0, 0, 0, 255), (255, 255, 0, 0), (0, 255, 255, 0), (255, 0, 255, 0)),
        ((0, 0, 0, 128), (51, 0, 102, 51), (102, 51, 0, 0), (0, 204, 51, 102)),
    )
)
"""Cyan, magenta, yellow and black, as they are printed: 255 is all of it."""


def seen(samples: Samples | Seen) -> Seen:
    """Samples as they are to be seen; gray as three equal ones."""
    return np.broadcast_to(samples, (*samples.shape[:2], 3)).astype(np.int16)


def on_white(samples: Samples | Seen, alpha: Samples) -> Seen:
    """What is to be seen of samples of 8 bits."""
    mixed = (samples.astype(float) * alpha + 255.0 * (255 - alpha)) / 255
    return seen(np.rint(mixed).astype(np.int16))


def shown_in(space: Space) -> Seen:
    """What is to be seen of `COLORS` in a color space."""
    return np.rint(space.shown(COLORS.astype(float))).astype(np.int16)


def image_of(samples: Samples | Seen) -> Image.Image:
    """Samples of 8 bits as an image, for an encoder."""
    eight = samples.astype(np.uint8)
    return Image.fromarray(eight[..., 0] if eight.shape[2] == 1 else eight)


def inks_image() -> Image.Image:
    """`INKS` as an image, for an encoder."""
    return Image.fromarray(INKS.astype(np.uint8), "CMYK")


def pixels(raster: Raster) -> Seen:
    """What is seen in a raster."""
    width, height = raster.size
    return np.frombuffer(raster.rgb(), np.uint8).reshape(height, width, 3).astype(np.int16)


@dataclass(frozen=True, slots=True)
class Case:
    """A file and what is to be seen in it, within so many levels.

    `flat` where that holds away from the edges of the squares only.
    """

    name: str
    file: Callable[[], bytes]
    shown: Seen
    tolerance: int = EXACT
    flat: bool = False

    def assert_shown(self, opener: PictureOpener) -> None:
        """Every way to see the file shows the same."""
        picture = Picture(self.file())
        raster = opener.raster(picture)
        self._assert_near(pixels(raster), self.tolerance, flat=self.flat)
        self._assert_crop(opener, picture, pixels(raster))
        width, height = raster.size
        for_an_encoder = raster.resized(width // 2, height // 2, "bicubic")
        self._assert_near(pixels(for_an_encoder), self.tolerance, flat=True)
        small = opener.raster(picture, side=max(raster.size) // 2)
        self._assert_near(pixels(small), self.tolerance, flat=self.flat)
        self._assert_jpeg(opener.file(picture, _FOR_A_RECOGNIZER))

    def _assert_crop(self, opener: PictureOpener, picture: Picture, whole: Seen) -> None:
        left, upper, right, lower = pixels_of(CROP, whole.shape[1], whole.shape[0])
        part = pixels(opener.raster(picture, crop=CROP))
        assert np.array_equal(part, whole[upper:lower, left:right])

    def _assert_jpeg(self, file: bytes) -> None:
        with Image.open(io.BytesIO(file)) as image:
            assert (image.format, image.mode, set(image.info)) == ("JPEG", "RGB", _PLAIN_JPEG)
            self._assert_near(np.asarray(image).astype(np.int16), max(LOSSY, self.tolerance), flat=True)

    def _assert_near(self, found: Seen, tolerance: int, *, flat: bool) -> None:
        scale = self.shown.shape[0] // found.shape[0]
        wanted = self.shown[::scale, ::scale]
        assert found.shape == wanted.shape
        off = np.abs(found - wanted).max(axis=2)
        if flat:
            off = off * _away_from_edges(off.shape[0], scale)[:, None] * _away_from_edges(off.shape[1], scale)
        y, x = np.unravel_index(off.argmax(), off.shape)
        assert off[y, x] <= tolerance, f"{found[y, x]} instead of {wanted[y, x]} at {x}, {y}"


def lossy(name: str, file: Callable[[], bytes], shown: Seen, tolerance: int = LOSSY) -> Case:
    """A file of a lossy format."""
    return Case(name, file, shown, tolerance, flat=True)


_PLAIN_JPEG = {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
"""What Pillow tells of a JPEG without metadata."""


def _away_from_edges(side: int, scale: int) -> NDArray[np.bool_]:
    patch, edge = PATCH // scale, _EDGE // scale
    within: NDArray[np.int64] = np.arange(side) % patch
    return (within >= edge) & (within < patch - edge)


def pixels_of(crop: Crop, width: int, height: int) -> tuple[int, int, int, int]:
    """Left, upper, right and lower edge of a crop, exactly: half a pixel and more counts as one."""
    x, y = Fraction(crop.x), Fraction(crop.y)
    edges = x * width, y * height, (x + Fraction(crop.width)) * width, (y + Fraction(crop.height)) * height
    left, upper, right, lower = (int(edge + Fraction(1, 2)) for edge in edges)
    return left, upper, right, lower
