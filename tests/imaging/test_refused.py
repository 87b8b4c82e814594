"""What is no picture that we read is refused, by its name where we know it."""

from __future__ import annotations

import pytest

from shared.errors import Permanent
from shared.imaging import FORMAT_NAMES, FileLimits, Picture
from shared.imaging.opening import PictureOpener
from tests.pictures import encoded, scene

_NAMED = (
    ("ICO", encoded(scene((32, 32)), "ICO")),
    ("JPEG 2000", encoded(scene(), "JPEG2000")),
    ("JPEG 2000", encoded(scene(), "JPEG2000", no_jp2=True)),
    ("PDF", encoded(scene(), "PDF")),
    ("PostScript", encoded(scene(), "EPS")),
    ("SVG", b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
    ("SVG", b'<?xml version="1.0"?>\n<!-- drawn by hand -->\n<svg width="9" height="9"></svg>'),
    ("JPEG XL", b"\xff\x0a\xfa\x1f\x01\x90\x08\x06\x01\x00\x88\x00"),
    ("JPEG XL", b"\0\0\0\x0cJXL \r\n\x87\n" + bytes(100)),
    ("Photoshop", b"8BPS\0\x01" + bytes(100)),
    ("camera raw", b"\0\0\0\x18ftypcrx \0\0\0\x01crx isom" + bytes(100)),
    ("video", b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(100)),
    ("video", b"\0\0\0\x14ftypqt  \0\0\0\0qt  " + bytes(100)),
    ("BigTIFF", b"MM\0+" + bytes(100)),
)

_UNNAMED = {
    "text": b"this is no picture",
    "one byte": b"\xff",
    "zeros": bytes(1_000),
    "a page": b"<!doctype html><title>no picture</title>",
    "JSON": b'{"error": "not found"}',
    "a portable pixmap": encoded(scene(), "PPM"),
    "a Targa": encoded(scene(), "TGA"),
    "RIFF without a picture": b"RIFF\x24\0\0\0WAVEfmt " + bytes(100),
}


def _refusal(opener: PictureOpener, file: bytes) -> Permanent:
    with pytest.raises(Permanent) as refused:
        opener.raster(Picture(file))
    with pytest.raises(Permanent) as refused_as_a_file:
        opener.file(Picture(file), FileLimits(frozenset({"JPEG", "PNG", "GIF"}), 10_000_000))
    assert str(refused.value) == str(refused_as_a_file.value)
    return refused.value


@pytest.mark.parametrize(("name", "file"), _NAMED, ids=[name for name, _ in _NAMED])
def test_formats_that_people_take_for_pictures_are_refused_by_name(
    name: str, file: bytes, opener: PictureOpener
) -> None:
    refused = _refusal(opener, file)
    assert refused.reason == "unsupported-format"
    assert str(refused).startswith(name)
    assert str(refused).endswith(FORMAT_NAMES)


@pytest.mark.parametrize("what", _UNNAMED)
def test_anything_else_is_refused_as_no_picture(what: str, opener: PictureOpener) -> None:
    refused = _refusal(opener, _UNNAMED[what])
    assert refused.reason == "unsupported-format"
    assert str(refused) == f"this is no picture that can be read; send one of {FORMAT_NAMES}"
