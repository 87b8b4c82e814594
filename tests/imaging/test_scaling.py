"""A picture is scaled down by averaging, wherever its parts are put together; any shape of it is shown."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np
import pytest

from shared.imaging import Picture
from shared.imaging.opening import PictureOpener
from shared.model import Crop
from tests.imaging.files import Samples, Tiff, exif, png
from tests.imaging.truth import EXACT, Seen, image_of, on_white, pixels, pixels_of, seen
from tests.pictures import encoded, heic

_WIDTH, _HEIGHT = 4_501, 131
"""More than is taken at a time, and no multiple of anything."""


def _smooth(bands: int) -> Samples:
    """Slopes of brightness, as photos have them, and a little noise."""
    x, y = np.arange(_WIDTH)[None, :, None], np.arange(_HEIGHT)[:, None, None]
    slopes = 127 + 100 * np.sin(x / 350 + np.arange(bands)) * np.cos(y / 90)
    noise = np.random.default_rng(bands).integers(-20, 21, (_HEIGHT, _WIDTH, bands))
    return np.asarray((slopes + noise).clip(0, 255), np.uint16)


def _averaged(shown: Seen, factor: int) -> Seen:
    """Each square's average; at the right and lower edge, of what there is."""
    y, x = (np.arange(0, side, factor) for side in shown.shape[:2])
    sums = np.add.reduceat(np.add.reduceat(shown.astype(float), y, axis=0), x, axis=1)
    rows, columns = (np.diff([*starts, side]) for starts, side in zip((y, x), shown.shape[:2], strict=True))
    return np.asarray(np.rint(sums / (rows[:, None] * columns)[..., None]), np.int16)


_RGB, _GRAY, _RGBA = _smooth(3), _smooth(1), _smooth(4)
_ON_WHITE = on_white(_RGBA[..., :3], _RGBA[..., 3:])

_FILES: dict[str, tuple[Callable[[], bytes], Seen]] = {
    "PNG": (lambda: png(_RGB, 8, 2), seen(_RGB)),
    "PNG of RGBA": (lambda: png(_RGBA, 8, 6), _ON_WHITE),
    "PNG of gray of 16 bits": (lambda: png(_GRAY * 256, 16, 0), seen(_GRAY)),
    "GIF of gray": (lambda: encoded(image_of(_GRAY), "GIF"), seen(_GRAY)),
    "TIFF of RGBA": (lambda: Tiff().file(_RGBA, 8, 2, {338: (3, [2])}), _ON_WHITE),
    "BMP": (lambda: encoded(image_of(_RGB), "BMP"), seen(_RGB)),
    "WebP": (lambda: encoded(image_of(_RGB), "WEBP", lossless=True, method=0), seen(_RGB)),
}


@pytest.mark.parametrize("name", _FILES)
def test_every_pixel_counts_in_its_place(name: str, opener: PictureOpener) -> None:
    write, shown = _FILES[name]
    picture, crop = Picture(write()), Crop(0.123, 0.05, 0.801, 0.9)
    left, upper, right, lower = pixels_of(crop, _WIDTH, _HEIGHT)
    small = pixels(opener.raster(picture, side=640))
    part = pixels(opener.raster(picture, side=640, crop=crop))
    assert np.abs(small - _averaged(shown, 8)).max() <= EXACT
    assert np.abs(part - _averaged(shown[upper:lower, left:right], 6)).max() <= EXACT


@pytest.mark.parametrize(("side", "factor"), [(640, 8), (1_000, 8), (2_250, 4), (4_500, 2), (4_501, 1)])
def test_a_jpeg_is_decoded_smaller_by_a_power_of_two_and_shows_the_same(
    side: int, factor: int, opener: PictureOpener
) -> None:
    file = encoded(image_of(_RGB), quality=98, subsampling=0)
    small = pixels(opener.raster(Picture(file), side=side))
    wanted = _averaged(seen(_RGB), factor)
    assert small.shape == wanted.shape
    assert np.abs(small - wanted)[:-1, :-1].mean() < 3


_SHAPES = [(1, 1), (1, 3_000), (3_000, 1), (2, 1_281), (1_281, 2), (7, 5)]
_TURNED = ["JPEG", "PNG", "WEBP", "TIFF", "AVIF", "HEIC"]


@pytest.mark.parametrize("shape", _SHAPES, ids=str)
@pytest.mark.parametrize(("kind", "turn"), [*product(_TURNED, [1, 6]), ("GIF", 0), ("BMP", 0)])
def test_pictures_of_any_shape_are_shown(
    kind: str, turn: int, shape: tuple[int, int], opener: PictureOpener
) -> None:
    width, height = shape
    image = image_of(np.full((height, width, 3), (200, 30, 90), np.int16))
    said = {"exif": b"Exif\0\0" + exif(turn)} if turn else {}
    file = heic(image, **said) if kind == "HEIC" else encoded(image, kind, **said)
    found = pixels(opener.raster(Picture(file)))
    factor = -(-max(shape) // 1_280)
    size = (-(-width // factor), -(-height // factor))
    assert found.shape[1::-1] == (size[::-1] if turn == 6 else size)
    assert np.abs(found - (200, 30, 90)).max() <= 12
