"""A picture is shown upright, turned exactly once, whoever says which way is up."""

from __future__ import annotations

import struct
from collections.abc import Callable

import pytest
from PIL import Image

from shared.imaging.opening import PictureOpener
from tests.imaging.files import TURN, Samples, Tiff, exif, png
from tests.imaging.truth import COLORS, EXACT, GRAYS, LOSSY, Case, image_of, seen
from tests.pictures import encoded, heic

_STORED: dict[int, Callable[[Samples], Samples]] = {
    1: lambda upright: upright,
    2: lambda upright: upright[:, ::-1],
    3: lambda upright: upright[::-1, ::-1],
    4: lambda upright: upright[::-1],
    5: lambda upright: upright.swapaxes(0, 1),
    6: lambda upright: upright.swapaxes(0, 1)[::-1],
    7: lambda upright: upright[::-1, ::-1].swapaxes(0, 1),
    8: lambda upright: upright.swapaxes(0, 1)[:, ::-1],
}
"""How an upright picture is stored: EXIF's value names the sides at which the first row and column are shown,
6 the right and the upper."""

_HALF_TURN = {1: 3, 2: 4, 3: 1, 4: 2, 5: 7, 6: 8, 7: 5, 8: 6}
_RESOLUTION_UNIT = 296
_SHORT, _LONG, _BYTE = 3, 4, 1

Writes = Callable[[Samples, int], bytes]
"""Writes samples as they are stored, with an orientation."""


def _by_pillow(kind: str, **options: object) -> Writes:
    return lambda stored, turn: encoded(image_of(stored), kind, exif=exif(turn), **options)


def _jpeg(kind: int, order: str) -> Writes:
    def write(stored: Samples, turn: int) -> bytes:
        said = b"Exif\0\0" + exif(turn, kind, order)
        return encoded(image_of(stored), "JPEG", quality=92, exif=said)

    return write


def _by_pillow_as_tiff(compression: str | None) -> Writes:
    return lambda stored, turn: encoded(
        image_of(stored), "TIFF", compression=compression, tiffinfo={TURN: turn}
    )


def _tiff(tiff: Tiff, kind: int) -> Writes:
    return lambda stored, turn: tiff.file(stored, 8, 2, {TURN: (kind, [turn])})


def _gray_tiff(stored: Samples, turn: int) -> bytes:
    return Tiff(tile=16).file(stored, 8, 1, {TURN: (_SHORT, [turn])})


def _boxed_heic(stored: Samples, turn: int) -> bytes:
    return heic(image_of(stored), quality=92, exif=exif(turn))


def _contradicted_heic(stored: Samples, turn: int) -> bytes:
    file = _boxed_heic(stored, turn)
    assert exif(turn) in file
    return file.replace(exif(turn), exif(_HALF_TURN[turn]))


def _contradicted_avif(stored: Samples, turn: int) -> bytes:
    """The encoder leaves the orientation out of EXIF data: something else there is made one."""
    said = Image.Exif()
    said[TURN], said[_RESOLUTION_UNIT] = turn, _HALF_TURN[turn]
    file = encoded(image_of(stored), "AVIF", quality=92, exif=said.tobytes())
    unit, orientation = (struct.pack(">HHI", tag, _SHORT, 1) for tag in (_RESOLUTION_UNIT, TURN))
    assert unit in file
    assert orientation not in file
    return file.replace(unit, orientation)


_EXACT: dict[str, Writes] = {
    "PNG": lambda stored, turn: png(stored, 8, 2, (b"eXIf", exif(turn))),
    "WebP": _by_pillow("WEBP", lossless=True),
    "TIFF": _by_pillow_as_tiff(None),
    "TIFF by LZW": _by_pillow_as_tiff("tiff_lzw"),
    "TIFF with LONG": _tiff(Tiff(">"), _LONG),
    "tiled TIFF with BYTE": _tiff(Tiff(tile=16, deflated=True), _BYTE),
    "planar BigTIFF": _tiff(Tiff(big=True, planar=True), _SHORT),
}
_LOSSY: dict[str, Writes] = {
    "JPEG with SHORT": _jpeg(_SHORT, ">"),
    "JPEG with LONG": _jpeg(_LONG, ">"),
    "JPEG with BYTE": _jpeg(_BYTE, ">"),
    "JPEG with SHORT, little end first": _jpeg(_SHORT, "<"),
    "JPEG with LONG, little end first": _jpeg(_LONG, "<"),
    "AVIF": _by_pillow("AVIF", quality=92),
    "AVIF with EXIF that contradicts": _contradicted_avif,
    "HEIC": _boxed_heic,
    "HEIC with EXIF that contradicts": _contradicted_heic,
}


@pytest.mark.parametrize("turn", _STORED)
@pytest.mark.parametrize("name", [*_EXACT, *_LOSSY])
def test_every_orientation_is_undone_once(name: str, turn: int, opener: PictureOpener) -> None:
    write = (_EXACT | _LOSSY)[name]
    tolerance = EXACT if name in _EXACT else LOSSY
    stored = _STORED[turn](COLORS)
    case = Case(name, lambda: write(stored, turn), seen(COLORS), tolerance, flat=name in _LOSSY)
    case.assert_shown(opener)


@pytest.mark.parametrize("turn", _STORED)
def test_gray_pictures_are_turned_too(turn: int, opener: PictureOpener) -> None:
    stored = _STORED[turn](GRAYS)
    Case("TIFF", lambda: _gray_tiff(stored, turn), seen(GRAYS)).assert_shown(opener)
