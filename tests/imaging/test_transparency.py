"""What is transparent is white, half of it half white, and no hidden color is ever seen."""

from __future__ import annotations

import struct
from functools import partial

import numpy as np
import pytest

from shared.imaging import Picture
from shared.imaging.opening import PictureOpener
from tests.imaging.files import Samples, Tiff, bmp, png
from tests.imaging.truth import (
    ALPHA,
    COLORS,
    EXACT,
    GRAYS,
    LOSSY,
    Case,
    Seen,
    image_of,
    on_white,
    pixels,
    seen,
    tiled,
)
from tests.pictures import encoded, heic

_RGBA, _LA = np.dstack((COLORS, ALPHA)), np.dstack((GRAYS, ALPHA))
_UNASSOCIATED, _PREMULTIPLIED = {338: (3, [2])}, {338: (3, [1])}


def _premultiplied(samples: Samples, alpha: Samples, most: int) -> Samples:
    scaled = np.rint(samples / 255 * (alpha / 255) * most).astype(np.uint16)
    return np.dstack((scaled, np.rint(alpha / 255 * most).astype(np.uint16)))


def _palette_png(depth: int) -> bytes:
    """As many colors as there are, from the upper left, and as many of their alphas, the last ones opaque."""
    colors, alphas = COLORS[::40, ::40].reshape(-1, 3), ALPHA[::40, ::40].reshape(-1)
    places = np.arange(12).reshape(3, 4).repeat(40, axis=0).repeat(40, axis=1)[..., None] % 2**depth
    palette = colors[: 2**depth].astype(np.uint8).tobytes()
    transparency = alphas[: min(2**depth, 11)].astype(np.uint8).tobytes()
    return png(places.astype(np.uint16), depth, 3, (b"PLTE", palette), (b"tRNS", transparency))


def _of_palette(depth: int) -> Seen:
    shown = on_white(COLORS, ALPHA)[::40, ::40].reshape(-1, 3)
    return seen(tiled(tuple(tuple(map(tuple, shown[np.arange(4) + 4 * y & 2**depth - 1])) for y in range(3))))


def _gif() -> bytes:
    """The color of the third square is transparent."""
    image = image_of(COLORS).quantize(12)
    return encoded(image, "GIF", transparency=image.getpixel((100, 20)))


def _without(color: tuple[int, ...], samples: Samples) -> Seen:
    hidden = (samples == color).all(axis=2, keepdims=True)
    return seen(np.where(hidden, 255, samples))


def _key(*levels: int) -> tuple[bytes, bytes]:
    return b"tRNS", struct.pack(f">{len(levels)}H", *levels)


_SHOWN, _SHOWN_GRAY = on_white(COLORS, ALPHA), on_white(GRAYS, ALPHA)
_BLUE = (0, 0, 255)

_TWO, _FOUR = GRAYS[:40] // 85, GRAYS // 17
_ONE = GRAYS[:40, :80] // 255

CASES = [
    Case("PNG of RGBA", lambda: png(_RGBA, 8, 6), _SHOWN),
    Case("interlaced PNG of RGBA", lambda: png(_RGBA, 8, 6, interlaced=True), _SHOWN),
    Case("PNG of RGBA of 16 bits", lambda: png(_RGBA * 257, 16, 6), _SHOWN),
    Case("PNG of LA", lambda: png(_LA, 8, 4), _SHOWN_GRAY),
    Case("PNG of LA of 16 bits", lambda: png(_LA * 257, 16, 4), _SHOWN_GRAY),
    *(
        Case(f"PNG of a palette of {2**depth}", partial(_palette_png, depth), _of_palette(depth))
        for depth in (1, 2, 4, 8)
    ),
    Case("PNG with a key", lambda: png(COLORS, 8, 2, _key(*_BLUE)), _without(_BLUE, COLORS)),
    Case(
        "PNG with a key of 16 bits",
        lambda: png(COLORS * 257, 16, 2, _key(0, 0, 65535)),
        _without(_BLUE, COLORS),
    ),
    Case("PNG of gray with a key", lambda: png(GRAYS, 8, 0, _key(85)), _without((85,), GRAYS)),
    Case("PNG of one bit with a key", lambda: png(_ONE, 1, 0, _key(0)), _without((0,), _ONE * 255)),
    Case("PNG of two bits with a key", lambda: png(_TWO, 2, 0, _key(1)), _without((85,), _TWO * 85)),
    Case("PNG of four bits with a key", lambda: png(_FOUR, 4, 0, _key(5)), _without((85,), GRAYS)),
    Case(
        "lossless WebP",
        lambda: encoded(image_of(_RGBA), "WEBP", lossless=True, exact=True),
        _SHOWN,
    ),
    Case("WebP", lambda: encoded(image_of(_RGBA), "WEBP", quality=95), _SHOWN, LOSSY, flat=True),
    Case("AVIF", lambda: encoded(image_of(_RGBA), "AVIF", quality=95), _SHOWN, LOSSY, flat=True),
    Case("HEIC", lambda: heic(image_of(_RGBA), quality=95), _SHOWN, LOSSY, flat=True),
    Case("GIF", _gif, _without(_BLUE, COLORS)),
    Case("TIFF of RGBA", lambda: Tiff().file(_RGBA, 8, 2, _UNASSOCIATED), _SHOWN),
    Case("TIFF of RGBA of 16 bits", lambda: Tiff().file(_RGBA * 257, 16, 2, _UNASSOCIATED), _SHOWN),
    Case("tiled TIFF of RGBA", lambda: Tiff(">", tile=16).file(_RGBA, 8, 2, _UNASSOCIATED), _SHOWN),
    Case("planar TIFF of RGBA", lambda: Tiff(planar=True).file(_RGBA, 8, 2, _UNASSOCIATED), _SHOWN),
    Case("TIFF of LA", lambda: Tiff().file(_LA, 8, 1, _UNASSOCIATED), _SHOWN_GRAY),
    Case(
        "premultiplied TIFF",
        lambda: Tiff().file(_premultiplied(COLORS, ALPHA, 255), 8, 2, _PREMULTIPLIED),
        _SHOWN,
    ),
    Case(
        "premultiplied TIFF of 16 bits",
        lambda: Tiff().file(_premultiplied(COLORS, ALPHA, 65535), 16, 2, _PREMULTIPLIED),
        _SHOWN,
    ),
    Case(
        "premultiplied TIFF of LA",
        lambda: Tiff().file(_premultiplied(GRAYS, ALPHA, 255), 8, 1, _PREMULTIPLIED),
        _SHOWN_GRAY,
    ),
    Case("BMP with masks", lambda: bmp(_RGBA, masked=True), _SHOWN),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_transparent_is_white(case: Case, opener: PictureOpener) -> None:
    case.assert_shown(opener)


def test_colors_that_are_hidden_do_not_bleed_when_a_picture_is_scaled_down(opener: PictureOpener) -> None:
    blue, hidden_red = (0, 0, 255, 255), (255, 0, 0, 0)
    board = np.tile(np.array([[blue, hidden_red], [hidden_red, blue]], np.uint16), (16, 16, 1))
    small = pixels(opener.raster(Picture(png(board, 8, 6)), side=16))
    assert small.shape == (16, 16, 3)
    assert np.abs(small - [127, 127, 255]).max() <= EXACT


def test_beside_the_frame_of_a_gif_is_white(opener: PictureOpener) -> None:
    gif = bytearray(encoded(image_of(COLORS).quantize(12), "GIF"))
    gif[6:10] = struct.pack("<HH", 200, 160)
    frame = gif.index(b"\x2c" + struct.pack("<HHHH", 0, 0, 160, 120))
    gif[frame + 1 : frame + 5] = struct.pack("<HH", 10, 30)
    shown = np.full((160, 200, 3), 255, np.int16)
    shown[30:150, 10:170] = COLORS
    assert np.array_equal(pixels(opener.raster(Picture(bytes(gif)))), shown)
