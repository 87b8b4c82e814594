"""What is transparent is white, half of it half white, and no hidden color is ever seen."""

from __future__ import annotations

import struct
from functools import partial

import numpy as np
import pytest

from shared.imaging import Picture
from shared.imaging.opening import PictureOpener
from tests.imaging.files import PREMULTIPLIED, UNASSOCIATED, Samples, Tiff, bmp, png
from tests.imaging.truth import (
    ALPHA,
    COLORS,
    EXACT,
    GRAYS,
    LA,
    RGBA,
    Case,
    Seen,
    image_of,
    lossy,
    on_white,
    pixels,
    seen,
    tiled,
)
from tests.pictures import encoded, heic


def _premultiplied_tiff(samples: Samples, depth: int, photometric: int) -> bytes:
    most = 2**depth - 1
    scaled = np.rint(samples / 255 * (ALPHA / 255) * most).astype(np.uint16)
    multiplied = np.dstack((scaled, np.rint(ALPHA / 255 * most).astype(np.uint16)))
    return Tiff().file(multiplied, depth, photometric, PREMULTIPLIED)


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
_NO_BLUE = _without(_BLUE, COLORS)

_TWO, _FOUR = GRAYS[:40] // 85, GRAYS // 17
_ONE = GRAYS[:40, :80] // 255

CASES = [
    Case("PNG of RGBA", lambda: png(RGBA, 8, 6), _SHOWN),
    Case("interlaced PNG of RGBA", lambda: png(RGBA, 8, 6, interlaced=True), _SHOWN),
    Case("PNG of RGBA of 16 bits", lambda: png(RGBA * 257, 16, 6), _SHOWN),
    Case("PNG of LA", lambda: png(LA, 8, 4), _SHOWN_GRAY),
    Case("PNG of LA of 16 bits", lambda: png(LA * 257, 16, 4), _SHOWN_GRAY),
    *(Case(f"PNG of a palette of {2**n}", partial(_palette_png, n), _of_palette(n)) for n in (1, 2, 4, 8)),
    Case("PNG with a key", lambda: png(COLORS, 8, 2, _key(*_BLUE)), _NO_BLUE),
    Case("PNG with a key of 16 bits", lambda: png(COLORS * 257, 16, 2, _key(0, 0, 65535)), _NO_BLUE),
    Case("PNG of gray with a key", lambda: png(GRAYS, 8, 0, _key(85)), _without((85,), GRAYS)),
    Case("PNG of one bit with a key", lambda: png(_ONE, 1, 0, _key(0)), _without((0,), _ONE * 255)),
    Case("PNG of two bits with a key", lambda: png(_TWO, 2, 0, _key(1)), _without((85,), _TWO * 85)),
    Case("PNG of four bits with a key", lambda: png(_FOUR, 4, 0, _key(5)), _without((85,), GRAYS)),
    Case("lossless WebP", lambda: encoded(image_of(RGBA), "WEBP", lossless=True, exact=True), _SHOWN),
    lossy("WebP", lambda: encoded(image_of(RGBA), "WEBP", quality=95), _SHOWN),
    lossy("AVIF", lambda: encoded(image_of(RGBA), "AVIF", quality=95), _SHOWN),
    lossy("HEIC", lambda: heic(image_of(RGBA), quality=95), _SHOWN),
    Case("GIF", _gif, _NO_BLUE),
    Case("TIFF of RGBA", lambda: Tiff().file(RGBA, 8, 2, UNASSOCIATED), _SHOWN),
    Case("TIFF of RGBA of 16 bits", lambda: Tiff().file(RGBA * 257, 16, 2, UNASSOCIATED), _SHOWN),
    Case("tiled TIFF of RGBA", lambda: Tiff(">", tile=16).file(RGBA, 8, 2, UNASSOCIATED), _SHOWN),
    Case("planar TIFF of RGBA", lambda: Tiff(planar=True).file(RGBA, 8, 2, UNASSOCIATED), _SHOWN),
    Case("TIFF of LA", lambda: Tiff().file(LA, 8, 1, UNASSOCIATED), _SHOWN_GRAY),
    Case("premultiplied TIFF", lambda: _premultiplied_tiff(COLORS, 8, 2), _SHOWN),
    Case("premultiplied TIFF of 16 bits", lambda: _premultiplied_tiff(COLORS, 16, 2), _SHOWN),
    Case("premultiplied TIFF of LA", lambda: _premultiplied_tiff(GRAYS, 8, 1), _SHOWN_GRAY),
    Case("BMP with masks", lambda: bmp(RGBA, masked=True), _SHOWN),
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
