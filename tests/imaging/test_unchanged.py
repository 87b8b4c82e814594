"""A photo that is a plain JPEG goes to the recognizer as it is, and nothing but the picture with it."""

from __future__ import annotations

import io
import struct

import pytest
from PIL import Image

from shared.imaging import Picture, Raster
from shared.imaging.opening import product_opener
from shared.model import Crop
from tests.imaging.files import exif
from tests.pictures import encoded, scene

PLAIN = encoded(scene(), quality=95)
SECRET = b"51.5 N, 0.1 W"
JFIF_END = 20
"""Where the second segment starts."""


def segment(marker: int, data: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


def with_segment(marker: int, data: bytes) -> bytes:
    return PLAIN[:JFIF_END] + segment(marker, data) + PLAIN[JFIF_END:]


def raster(content: bytes, side: int = 1_280, crop: Crop | None = None) -> Raster:
    return product_opener().raster(Picture(content), side, crop)


@pytest.mark.parametrize(
    "content",
    [
        PLAIN,
        with_segment(0xE1, b"Exif\0\0" + exif(1) + SECRET),
        with_segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + SECRET),
        with_segment(0xED, b"Photoshop 3.0\0" + SECRET),
        with_segment(0xFE, SECRET),
        PLAIN + SECRET,
        PLAIN + PLAIN + SECRET,
    ],
    ids=["alone", "EXIF", "XMP", "IPTC", "a comment", "behind its end", "another picture"],
)
def test_a_plain_file_is_sent_without_what_else_it_holds(content: bytes) -> None:
    assert raster(content).jpeg() == PLAIN


@pytest.mark.parametrize(
    "content",
    [
        PLAIN[:2] + segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\5\1" + SECRET + b"12") + PLAIN[JFIF_END:],
        with_segment(0xE0, b"JFXX\0\x10" + SECRET),
        with_segment(0xE2, b"ICC_PROFILE\0\1\1" + SECRET),
        with_segment(0xE1, b"Exif\0\0" + exif(6) + SECRET),
        encoded(scene(), progressive=True).replace(b"\xff\xda", segment(0xFE, SECRET) + b"\xff\xda"),
        PLAIN[:-2] + segment(0xFE, SECRET) + PLAIN[-2:],
    ],
    ids=["JFIF thumbnail", "extended thumbnail", "profile", "sideways", "between scans", "before its end"],
)
def test_a_file_that_is_not_plain_is_encoded_anew(content: bytes) -> None:
    assert SECRET in content
    sent = raster(content).jpeg()
    assert sent != PLAIN
    assert SECRET not in sent
    with Image.open(io.BytesIO(sent)) as image:
        assert image.size in {(400, 300), (300, 400)}
        assert set(image.info) == {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


@pytest.mark.parametrize(
    ("side", "crop", "size"), [(200, None, (200, 150)), (1_280, Crop(0.5, 0.0, 0.5, 1.0), (200, 300))]
)
def test_what_is_smaller_than_the_file_is_encoded_anew(
    side: int, crop: Crop | None, size: tuple[int, int]
) -> None:
    with Image.open(io.BytesIO(raster(PLAIN, side, crop).jpeg())) as image:
        assert image.size == size


def test_a_part_and_a_file_of_too_many_bytes_are_encoded_anew() -> None:
    whole = raster(PLAIN)
    assert whole.part(Crop(0.0, 0.0, 0.5, 0.5)).jpeg() != PLAIN
    assert len(whole.jpeg(len(PLAIN) - 1)) < len(PLAIN)
