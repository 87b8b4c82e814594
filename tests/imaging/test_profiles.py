"""Colors are shown as their profile means them; a profile that is of no use changes nothing."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from shared.imaging import Picture
from shared.imaging.opening import PictureOpener
from tests.imaging.files import Samples, Tiff, iccp, png
from tests.imaging.icc import (
    ADOBE_RGB,
    D50,
    DISPLAY_P3,
    PROPHOTO,
    SPACES,
    SRGB,
    Numbers,
    Press,
    Space,
    difference,
    gray_profile,
    shown_xyz,
)
from tests.imaging.truth import (
    ALPHA,
    COLORS,
    EXACT,
    GRAYS,
    INKS,
    LOSSY,
    Case,
    Seen,
    image_of,
    on_white,
    pixels,
)
from tests.pictures import encoded, heic

CLOSE = 1.2
"""Delta E of CIE 1976, half of what is just noticed; one level of a dark color has half of it."""

STRETCH = 2
"""How often a difference of levels in a large color space counts in sRGB."""

_ICC_TAG = 34675

_PRESS = Press(17)
"""As large as those of real presses."""

_STEPS = np.array([0, 51, 102, 153, 204, 255], np.uint16)


def _every_mixture(samples: int) -> Samples:
    """Each sample at six levels with each level of the others, in columns."""
    mixtures = np.stack(np.meshgrid(*[_STEPS] * samples, indexing="ij"), axis=-1)
    return mixtures.reshape(-1, 6 ** (samples - 1), samples)


def _assert_close(opener: PictureOpener, file: bytes, wanted: Numbers) -> None:
    found = pixels(opener.raster(Picture(file))).astype(float)
    off = difference(found, np.rint(wanted))
    worst = np.unravel_index(off.argmax(), off.shape)
    assert off[worst] <= CLOSE, f"{found[worst]} instead of {wanted[worst]}"


@pytest.mark.parametrize("space", SPACES, ids=lambda space: space.name)
def test_a_space_of_three_primaries_is_shown_as_it_is_defined(space: Space, opener: PictureOpener) -> None:
    levels = _every_mixture(3)
    _assert_close(opener, png(levels, 8, 2, iccp(space.profile())), space.shown(levels.astype(float)))


@pytest.mark.parametrize("gamma", [1.8, 2.0, 2.2, 2.4])
def test_gray_with_a_gamma_is_shown_as_it_is_defined(gamma: float, opener: PictureOpener) -> None:
    levels = np.arange(256, dtype=np.uint16).reshape(16, 16, 1)
    _assert_close(opener, png(levels, 8, 0, iccp(gray_profile(gamma))), _shown_gray(levels, gamma))


def _shown_gray(levels: Samples, gamma: float) -> Numbers:
    return shown_xyz((levels / 255) ** (round(gamma * 256) / 256) * D50)


def test_inks_are_shown_as_a_press_prints_them(opener: PictureOpener) -> None:
    inks = _every_mixture(4)
    file = Tiff().file(inks, 8, 5, {_ICC_TAG: (7, _PRESS.profile())})
    _assert_close(opener, file, _PRESS.shown(inks.astype(float)))


def _in(space: Space, samples: Samples = COLORS) -> Seen:
    return np.rint(space.shown(samples.astype(float))).astype(np.int16)


_WRITERS: dict[str, tuple[Callable[[bytes], bytes], bool]] = {
    "JPEG": (lambda icc: encoded(image_of(COLORS), quality=95, icc_profile=icc), True),
    "progressive JPEG": (
        lambda icc: encoded(image_of(COLORS), quality=95, progressive=True, icc_profile=icc),
        True,
    ),
    "WebP": (lambda icc: encoded(image_of(COLORS), "WEBP", quality=95, icc_profile=icc), True),
    "AVIF": (lambda icc: encoded(image_of(COLORS), "AVIF", quality=95, icc_profile=icc), True),
    "HEIC": (lambda icc: heic(_with_profile(COLORS, icc), quality=95), True),
    "PNG": (lambda icc: png(COLORS, 8, 2, iccp(icc)), False),
    "PNG of 16 bits": (lambda icc: png(COLORS * 257, 16, 2, iccp(icc)), False),
    "lossless WebP": (
        lambda icc: encoded(image_of(COLORS), "WEBP", lossless=True, icc_profile=icc),
        False,
    ),
    "TIFF": (lambda icc: Tiff().file(COLORS, 8, 2, {_ICC_TAG: (7, icc)}), False),
    "TIFF by LZW": (
        lambda icc: encoded(image_of(COLORS), "TIFF", compression="tiff_lzw", icc_profile=icc),
        False,
    ),
    "tiled TIFF of 16 bits": (
        lambda icc: Tiff(">", tile=16).file(COLORS * 257, 16, 2, {_ICC_TAG: (7, icc)}),
        False,
    ),
}
"""How each format is written with a profile, and whether it is lossy."""


def _with_profile(samples: Samples, icc: bytes) -> Image.Image:
    image = image_of(samples)
    image.info["icc_profile"] = icc
    return image


@pytest.mark.parametrize("space", [SRGB, DISPLAY_P3, ADOBE_RGB, PROPHOTO], ids=lambda space: space.name)
@pytest.mark.parametrize("name", _WRITERS)
def test_every_format_is_shown_as_its_profile_means(name: str, space: Space, opener: PictureOpener) -> None:
    write, lossy = _WRITERS[name]
    tolerance = (LOSSY if lossy else EXACT) * STRETCH
    Case(name, lambda: write(space.profile()), _in(space), tolerance, flat=lossy).assert_shown(opener)


_GRAY_WRITERS: dict[str, tuple[Callable[[bytes], bytes], bool]] = {
    "PNG": (lambda icc: png(GRAYS, 8, 0, iccp(icc)), False),
    "PNG of 4 bits": (lambda icc: png(GRAYS // 17, 4, 0, iccp(icc)), False),
    "PNG of 16 bits": (lambda icc: png(GRAYS * 257, 16, 0, iccp(icc)), False),
    "TIFF": (lambda icc: Tiff().file(GRAYS, 8, 1, {_ICC_TAG: (7, icc)}), False),
    "TIFF of 16 bits": (lambda icc: Tiff(">").file(GRAYS * 257, 16, 1, {_ICC_TAG: (7, icc)}), False),
    "JPEG": (lambda icc: encoded(image_of(GRAYS), quality=95, icc_profile=icc), True),
    "HEIC": (lambda icc: heic(_with_profile(GRAYS, icc), quality=95), True),
}


@pytest.mark.parametrize("name", _GRAY_WRITERS)
def test_every_format_of_gray_is_shown_as_its_profile_means(name: str, opener: PictureOpener) -> None:
    write, lossy = _GRAY_WRITERS[name]
    wanted = np.rint(_shown_gray(GRAYS, 1.8)).astype(np.int16)
    tolerance = (LOSSY if lossy else EXACT) * STRETCH
    Case(name, lambda: write(gray_profile(1.8)), wanted, tolerance, flat=lossy).assert_shown(opener)


_PRINTERS: dict[str, Callable[[bytes], bytes]] = {
    "JPEG": lambda icc: encoded(
        Image.fromarray(INKS.astype(np.uint8), "CMYK"), quality=97, subsampling=0, icc_profile=icc
    ),
    "TIFF": lambda icc: Tiff().file(INKS, 8, 5, {_ICC_TAG: (7, icc)}),
    "TIFF of 16 bits": lambda icc: Tiff(">", tile=16).file(INKS * 257, 16, 5, {_ICC_TAG: (7, icc)}),
}


@pytest.mark.parametrize("name", _PRINTERS)
def test_every_format_of_inks_is_shown_as_its_profile_means(name: str, opener: PictureOpener) -> None:
    wanted = np.rint(_PRESS.shown(INKS.astype(float))).astype(np.int16)
    file = _PRINTERS[name](_PRESS.profile())
    Case(name, lambda: file, wanted, LOSSY, flat=True).assert_shown(opener)


@pytest.mark.parametrize("space", [DISPLAY_P3, ADOBE_RGB, PROPHOTO], ids=lambda space: space.name)
def test_transparent_colors_are_shown_as_their_profile_means(space: Space, opener: PictureOpener) -> None:
    file = png(np.dstack((COLORS, ALPHA)), 8, 6, iccp(space.profile()))
    Case(space.name, lambda: file, on_white(_in(space), ALPHA), EXACT * STRETCH).assert_shown(opener)
