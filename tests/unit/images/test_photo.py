from __future__ import annotations

import contextlib
import io
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from shared.errors import Permanent
from shared.images.photo import MAX_SIDE, PhotoLimits, normalise
from tests.pictures import ORIENTATION, encoded, huge_png, jpeg, scene

LIMITS = PhotoLimits(max_bytes=1_000_000, max_pixels=5_000_000)


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF"])
def test_any_format_becomes_a_small_rgb_jpeg(kind: str) -> None:
    result = opened(normalise(encoded(scene((1000, 500)), kind), PhotoLimits(10_000_000, 5_000_000)))
    assert (result.format, result.mode, result.size) == ("JPEG", "RGB", (MAX_SIDE, MAX_SIDE // 2))


def test_a_small_photo_is_not_enlarged() -> None:
    assert opened(normalise(jpeg(), LIMITS)).size == (400, 300)


def test_the_photo_is_turned_upright_and_loses_its_metadata() -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif[0x010E] = "taken at home"
    result = opened(normalise(encoded(scene(), exif=exif, comment=b"private"), LIMITS))
    assert result.size == (300, 400)
    assert not result.getexif()
    assert not {"exif", "comment", "icc_profile"} & result.info.keys()


def test_transparency_becomes_white() -> None:
    result = opened(normalise(encoded(Image.new("RGBA", (50, 50), (0, 0, 0, 0)), "PNG"), LIMITS))
    assert result.getpixel((25, 25)) == (255, 255, 255)


def test_cmyk_is_understood() -> None:
    assert opened(normalise(encoded(scene().convert("CMYK")), LIMITS)).mode == "RGB"


BAD: Mapping[str, tuple[bytes, str]] = {
    "empty": (b"", "bad-picture"),
    "text": (b"this is no picture", "unsupported-format"),
    "pdf": (b"%PDF-1.7 and so on", "unsupported-format"),
    "truncated JPEG": (jpeg()[:2000], "bad-picture"),
    "truncated PNG": (encoded(scene(), "PNG")[:2000], "bad-picture"),
    "too many bytes": (jpeg() + bytes(1_000_000), "too-large"),
    "hundred megapixels": (huge_png(), "too-many-pixels"),
    "two hundred megapixels": (huge_png(20_000, 10_000), "too-many-pixels"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_photo_is_refused_with_its_reason(case: str) -> None:
    content, reason = BAD[case]
    with pytest.raises(Permanent) as caught:
        normalise(content, LIMITS)
    assert caught.value.reason == reason


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_damaged_photo_is_read_or_refused_but_never_breaks(data: st.DataObject) -> None:
    content = bytearray(encoded(scene((60, 40)), data.draw(st.sampled_from(["JPEG", "PNG", "GIF", "WEBP"]))))
    for position in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=8)):
        content[position] ^= data.draw(st.integers(1, 255))
    with contextlib.suppress(Permanent):
        assert opened(normalise(bytes(content), LIMITS)).format == "JPEG"
