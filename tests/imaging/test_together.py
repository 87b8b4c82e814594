"""All that is said of a picture at once is heeded: turns, transparency, depth, model and profile."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from shared.imaging.opening import PictureOpener
from tests.imaging.files import Samples, Tiff, exif, iccp, png
from tests.imaging.icc import ADOBE_RGB, DISPLAY_P3, Press
from tests.imaging.truth import (
    ALPHA,
    COLORS,
    EXACT,
    GRAYS,
    INKS,
    LOSSY,
    PATCH,
    Case,
    Seen,
    image_of,
    on_white,
    seen,
)
from tests.pictures import encoded, heic

_P3, _ADOBE, _PRESS = DISPLAY_P3.profile(), ADOBE_RGB.profile(), Press(6)
_TURN, _ICC_TAG, _EXTRA = 274, 34675, 338
_SAID = exif(6)
_UNASSOCIATED, _PREMULTIPLIED = {_EXTRA: (3, [2])}, {_EXTRA: (3, [1])}
_ON_ITS_SIDE = {_TURN: (3, [6])}

_RGBA, _LA = np.dstack((COLORS, ALPHA)), np.dstack((GRAYS, ALPHA))
_SHOWN, _SHOWN_GRAY = on_white(COLORS, ALPHA), on_white(GRAYS, ALPHA)
_IN_P3, _IN_ADOBE, _PRINTED = (
    np.rint(shown).astype(np.int16)
    for shown in (
        DISPLAY_P3.shown(COLORS.astype(float)),
        ADOBE_RGB.shown(COLORS.astype(float)),
        _PRESS.shown(INKS.astype(float)),
    )
)


def _with(samples: Samples, **info: bytes) -> Image.Image:
    image = image_of(samples)
    image.info.update(info)
    return image


def _palette_png() -> bytes:
    places = np.arange(12, dtype=np.uint16).reshape(3, 4).repeat(PATCH, axis=0).repeat(PATCH, axis=1)
    palette, alphas = (each[::PATCH, ::PATCH].astype(np.uint8).tobytes() for each in (COLORS, ALPHA))
    said = iccp(_P3), (b"PLTE", palette), (b"tRNS", alphas), (b"eXIf", _SAID)
    return png(places[..., None], 4, 3, *said, interlaced=True)


def _premultiplied_tiff() -> bytes:
    colors = np.rint(COLORS / 255 * (ALPHA / 255) * 65535)
    samples = np.dstack((colors, ALPHA * 257)).astype(np.uint16)
    return Tiff(">", tile=16, deflated=True).file(
        samples, 16, 2, {**_PREMULTIPLIED, **_ON_ITS_SIDE, _ICC_TAG: (7, _P3)}
    )


def _jpeg(image: Image.Image, icc: bytes) -> bytes:
    return encoded(
        image, quality=97, subsampling=0, progressive=True, icc_profile=icc, exif=b"Exif\0\0" + _SAID
    )


_EXACT: dict[str, tuple[Callable[[], bytes], Seen]] = {
    "interlaced PNG of RGBA of 16 bits": (
        lambda: png(_RGBA * 257, 16, 6, iccp(_ADOBE), (b"eXIf", _SAID), interlaced=True),
        on_white(_IN_ADOBE, ALPHA),
    ),
    "PNG of LA of 16 bits": (lambda: png(_LA * 257, 16, 4, (b"eXIf", _SAID)), _SHOWN_GRAY),
    "PNG of gray of 16 bits": (lambda: png(GRAYS * 257, 16, 0, (b"eXIf", _SAID)), seen(GRAYS)),
    "PNG of a palette": (_palette_png, on_white(_IN_P3, ALPHA)),
    "lossless WebP": (
        lambda: encoded(image_of(_RGBA), "WEBP", lossless=True, exact=True, exif=_SAID, icc_profile=_P3),
        on_white(_IN_P3, ALPHA),
    ),
    "premultiplied TIFF of 16 bits": (_premultiplied_tiff, on_white(_IN_P3, ALPHA)),
    "planar TIFF of RGBA": (
        lambda: Tiff(planar=True).file(_RGBA, 8, 2, {**_UNASSOCIATED, **_ON_ITS_SIDE, _ICC_TAG: (7, _ADOBE)}),
        on_white(_IN_ADOBE, ALPHA),
    ),
    "TIFF of LA": (
        lambda: Tiff(big=True).file(_LA, 8, 1, {**_UNASSOCIATED, **_ON_ITS_SIDE}),
        _SHOWN_GRAY,
    ),
    "inverted TIFF of gray of 16 bits": (
        lambda: Tiff().file(65535 - GRAYS * 257, 16, 0, _ON_ITS_SIDE),
        seen(GRAYS),
    ),
    "TIFF of inks": (
        lambda: Tiff(">").file(INKS * 257, 16, 5, {**_ON_ITS_SIDE, _ICC_TAG: (7, _PRESS.profile())}),
        _PRINTED,
    ),
}
_LOSSY: dict[str, tuple[Callable[[], bytes], Seen]] = {
    "progressive JPEG": (lambda: _jpeg(image_of(COLORS), _ADOBE), _IN_ADOBE),
    "JPEG of inks": (
        lambda: _jpeg(Image.fromarray(INKS.astype(np.uint8), "CMYK"), _PRESS.profile()),
        _PRINTED,
    ),
    "WebP": (
        lambda: encoded(image_of(_RGBA), "WEBP", quality=95, exif=_SAID, icc_profile=_P3),
        on_white(_IN_P3, ALPHA),
    ),
    "AVIF": (
        lambda: encoded(image_of(_RGBA), "AVIF", quality=95, exif=_SAID, icc_profile=_P3),
        on_white(_IN_P3, ALPHA),
    ),
    "HEIC": (
        lambda: heic(_with(_RGBA, icc_profile=_P3), quality=95, exif=_SAID),
        on_white(_IN_P3, ALPHA),
    ),
    "gray HEIC": (lambda: heic(image_of(GRAYS), quality=95, exif=_SAID), seen(GRAYS)),
}


@pytest.mark.parametrize("name", [*_EXACT, *_LOSSY])
def test_everything_that_is_said_is_heeded(name: str, opener: PictureOpener) -> None:
    write, shown = (_EXACT | _LOSSY)[name]
    lossy = name in _LOSSY
    upright = np.rot90(shown, -1)
    Case(name, write, upright, 2 * (LOSSY if lossy else EXACT), flat=lossy).assert_shown(opener)
