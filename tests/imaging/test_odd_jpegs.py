"""JPEGs with more in them than a picture are shown all the same."""

from __future__ import annotations

import struct
from collections.abc import Callable

import numpy as np
import pytest

from shared.imaging import Picture
from shared.imaging.opening import PictureOpener
from tests.imaging.files import exif
from tests.imaging.truth import COLORS, image_of, lossy, pixels, seen
from tests.pictures import encoded

_JPEG = encoded(image_of(COLORS), quality=95)
_JFIF_END = 20
"""Where the second segment starts."""

_OTHER = image_of(255 - COLORS)


def _app(number: int, data: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, 0xE0 + number, len(data) + 2) + data


def _with(*segments: bytes) -> bytes:
    return _JPEG[:_JFIF_END] + b"".join(segments) + _JPEG[_JFIF_END:]


def _said(data: bytes) -> bytes:
    return _app(1, b"Exif\0\0" + data)


def _of_several(share: float) -> bytes:
    """A stereo camera's file: the other picture comes last."""
    file = encoded(image_of(COLORS), "MPO", quality=95, save_all=True, append_images=[_OTHER])
    return file[: int(len(file) * share)]


_ODD: dict[str, Callable[[], bytes]] = {
    "garbage between segments": lambda: _with(b"\0\0garbage"),
    "filling between segments": lambda: _with(b"\xff\xff\xff"),
    "restart markers between segments": lambda: _with(b"\xff\xd0\xff\xd7"),
    "bytes behind its end": lambda: _JPEG + b"something else" * 100,
    "another picture behind its end": lambda: _JPEG + encoded(_OTHER),
    "half of another picture behind its end": lambda: _JPEG + encoded(_OTHER)[:2_000],
    "several pictures": lambda: _of_several(1),
    "several pictures, the last one cut": lambda: _of_several(0.7),
    "an empty index of pictures": lambda: _with(_app(2, b"MPF\0")),
    "an index of pictures elsewhere": lambda: _with(_app(2, b"MPF\0II*\0\x08\0\0\0" + b"\xff" * 62)),
    "a comment": lambda: _with(b"\xff\xfe\0\x04hi"),
    "a thumbnail": lambda: _with(_said(exif(1) + encoded(_OTHER.resize((16, 12))))),
    "no JFIF header": lambda: _JPEG[:2] + _JPEG[_JFIF_END:],
    "text that calls itself EXIF data": lambda: _with(_said(b"something else")),
    "EXIF data that point beyond their end": lambda: _with(_said(b"II*\0\xff\xff\xff\xff")),
    "EXIF data of more entries than there are": lambda: _with(_said(b"MM\0*\0\0\0\x08\xff\xff" + bytes(20))),
    "an orientation of 0": lambda: _with(_said(exif(0))),
    "an orientation of 9": lambda: _with(_said(exif(9))),
    "an orientation in its second EXIF data": lambda: _with(_said(exif(1)), _said(exif(6))),
    "a profile of no parts": lambda: _with(_app(2, b"ICC_PROFILE\0")),
    "a profile of parts from nowhere": lambda: _with(_app(2, b"ICC_PROFILE\0\x07\x09" + bytes(300))),
}


@pytest.mark.parametrize("what", _ODD)
def test_a_jpeg_is_shown_that_has(what: str, opener: PictureOpener) -> None:
    lossy(what, _ODD[what], seen(COLORS)).assert_shown(opener)


def test_an_orientation_behind_the_frame_counts(opener: PictureOpener) -> None:
    scan = _JPEG.index(b"\xff\xda")
    file = _JPEG[:scan] + _said(exif(6)) + _JPEG[scan:]
    assert pixels(opener.raster(Picture(file))).shape == np.rot90(COLORS).shape
