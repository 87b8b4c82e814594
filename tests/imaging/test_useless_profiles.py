"""A profile that is damaged, foreign, untrue or too large changes nothing; a large one not who decodes."""

from __future__ import annotations

import random
import struct

import numpy as np
import pytest

from shared.imaging import Picture
from shared.imaging.opening import SMALL_PROFILE_BYTES, PictureOpener
from shared.imaging.rendering import MAX_PROFILE_BYTES
from tests.imaging.files import exif, iccp, png
from tests.imaging.icc import DISPLAY_P3, SRGB, Press, gray_profile, profile, table_tag
from tests.imaging.truth import (
    COLORS,
    EXACT,
    LOSSY,
    Case,
    image_of,
    inks_image,
    lossy,
    pixels,
    seen,
    shown_in,
)
from tests.imaging.writers import WRITERS
from tests.pictures import encoded

_P3 = DISPLAY_P3.profile()


def _with_tags_beyond_its_end() -> bytes:
    (count,) = struct.unpack_from(">I", _P3, 128)
    entries = (_P3[at : at + 4] + struct.pack(">II", 2**31, 20) for at in range(132, 132 + 12 * count, 12))
    return _P3[:132] + b"".join(entries) + _P3[132 + 12 * count :]


_USELESS = {
    "nothing": b"",
    "zeros": bytes(500),
    "noise": random.Random(1).randbytes(3_000),  # noqa: S311 no secret
    "half a profile": _P3[: len(_P3) // 2],
    "half a table": Press(6).profile()[:5_000],
    "one for gray": gray_profile(1.8),
    "one for inks": Press(3).profile(),
    "one without anything": profile({}, b"RGB "),
    "one without a signature": _P3.replace(b"acsp", b"psca"),
    "one that says it is shorter": struct.pack(">I", 200) + _P3[4:],
    "one of a version to come": _P3[:8] + b"\x09" + _P3[9:],
    "one whose tags lie beyond its end": _with_tags_beyond_its_end(),
    "one for inks that says it is for light": profile({b"A2B0": table_tag(4, np.zeros((16, 3)))}, b"RGB "),
    "one that is too large": profile(DISPLAY_P3.tags(), b"RGB ", padding=MAX_PROFILE_BYTES),
}


@pytest.mark.parametrize("what", _USELESS)
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "lossless WebP", "TIFF"])
def test_a_useless_profile_changes_nothing(kind: str, what: str, opener: PictureOpener) -> None:
    write, _ = WRITERS[kind]
    found, wanted = (pixels(opener.raster(Picture(write(icc)))) for icc in (_USELESS[what], SRGB.profile()))
    assert np.array_equal(found, wanted)


def test_a_profile_of_light_changes_nothing_about_inks(opener: PictureOpener) -> None:
    files = [encoded(inks_image(), icc_profile=icc) for icc in (_P3, b"no profile")]
    found, wanted = (pixels(opener.raster(Picture(file))) for file in files)
    assert np.array_equal(found, wanted)


@pytest.mark.parametrize("data", [b"", b"name", b"name\0", b"name\0\0", b"name\0\0no zlib", b"x" * 200])
def test_a_chunk_that_holds_no_profile_changes_nothing(data: bytes, opener: PictureOpener) -> None:
    assert np.array_equal(pixels(opener.raster(Picture(png(COLORS, 8, 2, (b"iCCP", data))))), seen(COLORS))


def test_a_profile_of_which_a_jpeg_holds_a_part_changes_nothing(opener: PictureOpener) -> None:
    icc = profile(DISPLAY_P3.tags(), b"RGB ", padding=100_000)
    whole, plain = (encoded(image_of(COLORS), quality=92, icc_profile=each) for each in (icc, None))
    second = whole.index(b"ICC_PROFILE\0\x02\x02")
    cut = whole[: second - 4] + whole[second - 2 + int.from_bytes(whole[second - 2 : second], "big") :]
    found, wanted = (pixels(opener.raster(Picture(file))) for file in (cut, plain))
    assert np.array_equal(found, wanted)


@pytest.mark.parametrize("padding", [0, SMALL_PROFILE_BYTES])
@pytest.mark.parametrize("turn", [1, 6])
def test_colors_are_the_same_wherever_a_profile_lets_a_picture_be_decoded(
    padding: int, turn: int, opener: PictureOpener
) -> None:
    icc = profile(DISPLAY_P3.tags(), b"RGB ", version=4, padding=padding)
    upright = shown_in(DISPLAY_P3) if turn == 1 else np.rot90(shown_in(DISPLAY_P3), -1)
    said = exif(turn)
    photo = encoded(image_of(COLORS), quality=95, icc_profile=icc, exif=b"Exif\0\0" + said)
    lossy("JPEG", lambda: photo, upright, 2 * LOSSY).assert_shown(opener)
    file = png(COLORS, 8, 2, iccp(icc), (b"eXIf", said))
    Case("PNG", lambda: file, upright, 2 * EXACT).assert_shown(opener)
