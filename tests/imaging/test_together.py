"""All that is said of a picture at once is heeded: turns, transparency, depth, model and profile."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from shared.imaging.opening import PictureOpener
from tests.imaging.files import PREMULTIPLIED, TURN, UNASSOCIATED, Tiff, exif, iccp, png, profiled
from tests.imaging.icc import ADOBE_RGB, DISPLAY_P3, Press
from tests.imaging.truth import (
    ALPHA,
    COLORS,
    EXACT,
    GRAYS,
    INKS,
    LA,
    LOSSY,
    PATCH,
    RGBA,
    Case,
    Seen,
    image_of,
    inks_image,
    on_white,
    seen,
    shown_in,
)
from tests.imaging.writers import with_profile
from tests.pictures import encoded, heic

_P3, _ADOBE, _PRESS = DISPLAY_P3.profile(), ADOBE_RGB.profile(), Press(6)
_INKS = _PRESS.profile()
_SAID = exif(6)
_EXIF = (b"eXIf", _SAID)
_ON_ITS_SIDE = {TURN: (3, [6])}

_SHOWN_GRAY, _IN_ADOBE = on_white(GRAYS, ALPHA), shown_in(ADOBE_RGB)
_P3_ON_WHITE, _ADOBE_ON_WHITE = (on_white(shown, ALPHA) for shown in (shown_in(DISPLAY_P3), _IN_ADOBE))
_PRINTED = np.rint(_PRESS.shown(INKS.astype(float))).astype(np.int16)


def _palette_png() -> bytes:
    places = np.arange(12, dtype=np.uint16).reshape(3, 4).repeat(PATCH, axis=0).repeat(PATCH, axis=1)
    palette, alphas = (each[::PATCH, ::PATCH].astype(np.uint8).tobytes() for each in (COLORS, ALPHA))
    said = iccp(_P3), (b"PLTE", palette), (b"tRNS", alphas), _EXIF
    return png(places[..., None], 4, 3, *said, interlaced=True)


def _premultiplied_tiff() -> bytes:
    colors = np.rint(COLORS / 255 * (ALPHA / 255) * 65535)
    samples = np.dstack((colors, ALPHA * 257)).astype(np.uint16)
    tags = {**PREMULTIPLIED, **_ON_ITS_SIDE, **profiled(_P3)}
    return Tiff(">", tile=16, deflated=True).file(samples, 16, 2, tags)


def _planar_tiff() -> bytes:
    tags = {**UNASSOCIATED, **_ON_ITS_SIDE, **profiled(_ADOBE)}
    return Tiff(planar=True).file(RGBA, 8, 2, tags)


def _jpeg(image: Image.Image, icc: bytes) -> bytes:
    said = b"Exif\0\0" + _SAID
    return encoded(image, quality=97, subsampling=0, progressive=True, icc_profile=icc, exif=said)


def _transparent(kind: str, **options: object) -> bytes:
    return encoded(image_of(RGBA), kind, exif=_SAID, icc_profile=_P3, **options)


_EXACT: dict[str, tuple[Callable[[], bytes], Seen]] = {
    "interlaced PNG of RGBA of 16 bits": (
        lambda: png(RGBA * 257, 16, 6, iccp(_ADOBE), _EXIF, interlaced=True),
        _ADOBE_ON_WHITE,
    ),
    "PNG of LA of 16 bits": (lambda: png(LA * 257, 16, 4, _EXIF), _SHOWN_GRAY),
    "PNG of gray of 16 bits": (lambda: png(GRAYS * 257, 16, 0, _EXIF), seen(GRAYS)),
    "PNG of a palette": (_palette_png, _P3_ON_WHITE),
    "lossless WebP": (lambda: _transparent("WEBP", lossless=True, exact=True), _P3_ON_WHITE),
    "premultiplied TIFF of 16 bits": (_premultiplied_tiff, _P3_ON_WHITE),
    "planar TIFF of RGBA": (_planar_tiff, _ADOBE_ON_WHITE),
    "TIFF of LA": (lambda: Tiff(big=True).file(LA, 8, 1, {**UNASSOCIATED, **_ON_ITS_SIDE}), _SHOWN_GRAY),
    "inverted TIFF of gray of 16 bits": (
        lambda: Tiff().file(65535 - GRAYS * 257, 16, 0, _ON_ITS_SIDE),
        seen(GRAYS),
    ),
    "TIFF of inks": (
        lambda: Tiff(">").file(INKS * 257, 16, 5, {**_ON_ITS_SIDE, **profiled(_INKS)}),
        _PRINTED,
    ),
}
_LOSSY: dict[str, tuple[Callable[[], bytes], Seen]] = {
    "progressive JPEG": (lambda: _jpeg(image_of(COLORS), _ADOBE), _IN_ADOBE),
    "JPEG of inks": (lambda: _jpeg(inks_image(), _INKS), _PRINTED),
    "WebP": (lambda: _transparent("WEBP", quality=95), _P3_ON_WHITE),
    "AVIF": (lambda: _transparent("AVIF", quality=95), _P3_ON_WHITE),
    "HEIC": (lambda: heic(with_profile(RGBA, _P3), quality=95, exif=_SAID), _P3_ON_WHITE),
    "gray HEIC": (lambda: heic(image_of(GRAYS), quality=95, exif=_SAID), seen(GRAYS)),
}


@pytest.mark.parametrize("name", [*_EXACT, *_LOSSY])
def test_everything_that_is_said_is_heeded(name: str, opener: PictureOpener) -> None:
    write, shown = (_EXACT | _LOSSY)[name]
    lossy = name in _LOSSY
    upright = np.rot90(shown, -1)
    Case(name, write, upright, 2 * (LOSSY if lossy else EXACT), flat=lossy).assert_shown(opener)
