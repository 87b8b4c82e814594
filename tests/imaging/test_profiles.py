"""Colors are shown as their profile means them; a profile that is of no use changes nothing."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from shared.imaging import Picture
from shared.imaging.opening import PictureOpener
from tests.imaging.files import Samples, Tiff, iccp, png, profiled
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
    EXACT,
    GRAYS,
    INKS,
    LOSSY,
    RGBA,
    Case,
    inks_image,
    lossy,
    on_white,
    pixels,
    shown_in,
)
from tests.imaging.writers import GRAY_WRITERS, WRITERS
from tests.pictures import encoded

CLOSE = 1.2
"""Delta E of CIE 1976, half of what is just noticed; one level of a dark color has half of it."""

STRETCH = 2
"""How often a difference of levels in a large color space counts in sRGB."""

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
    file = Tiff().file(inks, 8, 5, profiled(_PRESS.profile()))
    _assert_close(opener, file, _PRESS.shown(inks.astype(float)))


@pytest.mark.parametrize("space", [SRGB, DISPLAY_P3, ADOBE_RGB, PROPHOTO], ids=lambda space: space.name)
@pytest.mark.parametrize("name", WRITERS)
def test_every_format_is_shown_as_its_profile_means(name: str, space: Space, opener: PictureOpener) -> None:
    write, is_lossy = WRITERS[name]
    tolerance = (LOSSY if is_lossy else EXACT) * STRETCH
    Case(name, lambda: write(space.profile()), shown_in(space), tolerance, flat=is_lossy).assert_shown(opener)


@pytest.mark.parametrize("name", GRAY_WRITERS)
def test_every_format_of_gray_is_shown_as_its_profile_means(name: str, opener: PictureOpener) -> None:
    write, is_lossy = GRAY_WRITERS[name]
    wanted = np.rint(_shown_gray(GRAYS, 1.8)).astype(np.int16)
    tolerance = (LOSSY if is_lossy else EXACT) * STRETCH
    Case(name, lambda: write(gray_profile(1.8)), wanted, tolerance, flat=is_lossy).assert_shown(opener)


_PRINTERS: dict[str, Callable[[bytes], bytes]] = {
    "JPEG": lambda icc: encoded(inks_image(), quality=97, subsampling=0, icc_profile=icc),
    "TIFF": lambda icc: Tiff().file(INKS, 8, 5, profiled(icc)),
    "TIFF of 16 bits": lambda icc: Tiff(">", tile=16).file(INKS * 257, 16, 5, profiled(icc)),
}


@pytest.mark.parametrize("name", _PRINTERS)
def test_every_format_of_inks_is_shown_as_its_profile_means(name: str, opener: PictureOpener) -> None:
    wanted = np.rint(_PRESS.shown(INKS.astype(float))).astype(np.int16)
    file = _PRINTERS[name](_PRESS.profile())
    lossy(name, lambda: file, wanted).assert_shown(opener)


@pytest.mark.parametrize("space", [DISPLAY_P3, ADOBE_RGB, PROPHOTO], ids=lambda space: space.name)
def test_transparent_colors_are_shown_as_their_profile_means(space: Space, opener: PictureOpener) -> None:
    file = png(RGBA, 8, 6, iccp(space.profile()))
    Case(space.name, lambda: file, on_white(shown_in(space), ALPHA), EXACT * STRETCH).assert_shown(opener)
