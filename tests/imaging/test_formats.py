"""Each format, and each way to pack a picture in it, shows the same picture."""

from __future__ import annotations

from functools import partial
from itertools import product

import numpy as np
import pytest

from shared.imaging.opening import PictureOpener
from tests.imaging.files import Tiff, bmp, png
from tests.imaging.truth import COLORS, GRAYS, PATCH, Case, image_of, lossy, seen
from tests.pictures import encoded, heic

_SHOWN = seen(COLORS)
_OPAQUE, _FORGOTTEN = (np.dstack((COLORS, np.full_like(COLORS[..., :1], fourth))) for fourth in (255, 0))


def _encoded(name: str, kind: str, **options: object) -> Case:
    return Case(name, lambda: encoded(image_of(COLORS), kind, **options), _SHOWN)


def _lossy(name: str, kind: str, **options: object) -> Case:
    return lossy(name, lambda: encoded(image_of(COLORS), kind, **options), _SHOWN)


def _heic(name: str, **options: object) -> Case:
    return lossy(name, lambda: heic(image_of(COLORS), **options), _SHOWN)


def _fax(compression: str) -> Case:
    black_and_white = np.where(GRAYS < 128, np.uint16(0), np.uint16(255))
    write = partial(encoded, image_of(black_and_white).convert("1"), "TIFF", compression=compression)
    return Case(f"TIFF of a fax machine, {compression}", write, seen(black_and_white))


def _tiff(tiff: Tiff, depth: int) -> Case:
    scale = 257 if depth == 16 else 1
    name = f"{tiff} of {depth} bits"
    return Case(name, lambda: tiff.file(COLORS * scale, depth, 2), _SHOWN)


CASES = [
    _lossy("JPEG", "JPEG", quality=92),
    _lossy("JPEG with full chroma", "JPEG", quality=92, subsampling=0),
    _lossy("JPEG with half chroma", "JPEG", quality=92, subsampling=1),
    _lossy("JPEG with restart markers", "JPEG", quality=92, restart_marker_blocks=3),
    _lossy("progressive JPEG", "JPEG", quality=92, progressive=True),
    _lossy("JPEG of red, green and blue", "JPEG", quality=92, keep_rgb=True),
    _encoded("PNG", "PNG"),
    Case("interlaced PNG", lambda: png(COLORS, 8, 2, interlaced=True), _SHOWN),
    Case("interlaced PNG of 16 bits", lambda: png(COLORS * 257, 16, 2, interlaced=True), _SHOWN),
    _encoded("lossless WebP", "WEBP", lossless=True),
    _lossy("WebP", "WEBP", quality=95),
    _encoded("animated WebP", "WEBP", lossless=True, save_all=True, append_images=[image_of(255 - COLORS)]),
    _lossy("AVIF", "AVIF", quality=92),
    _lossy("AVIF with full chroma", "AVIF", quality=92, subsampling="4:4:4"),
    _lossy("animated AVIF", "AVIF", quality=92, save_all=True, append_images=[image_of(255 - COLORS)]),
    _heic("HEIC", quality=92),
    _heic("HEIC with full chroma", quality=92, chroma=444),
    _encoded("GIF", "GIF"),
    _encoded("interlaced GIF", "GIF", interlace=1),
    _encoded("animated GIF", "GIF", save_all=True, append_images=[image_of(255 - COLORS)]),
    _encoded("TIFF compressed by LZW", "TIFF", compression="tiff_lzw"),
    _encoded("TIFF compressed by LZW with differences", "TIFF", compression="tiff_lzw", tiffinfo={317: 2}),
    _encoded("TIFF compressed by deflate", "TIFF", compression="tiff_adobe_deflate"),
    _encoded("TIFF compressed by PackBits", "TIFF", compression="packbits"),
    _encoded("TIFF compressed by Zstandard", "TIFF", compression="zstd"),
    _encoded("TIFF compressed by LZMA", "TIFF", compression="lzma"),
    *map(_fax, ("tiff_ccitt", "group3", "group4")),
    _encoded("TIFF of many strips", "TIFF", compression="tiff_lzw", strip_size=4000),
    _encoded("TIFF of two pages", "TIFF", save_all=True, append_images=[image_of(255 - COLORS)]),
    _encoded("BigTIFF by Pillow", "TIFF", big_tiff=True),
    _lossy("TIFF with a JPEG inside", "TIFF", compression="jpeg", quality=95),
    *(
        _tiff(Tiff(order, big, planar, tile, deflated), depth)
        for order, big, planar, tile, deflated, depth in product(
            "<>", (False, True), (False, True), (0, 16), (False, True), (8, 16)
        )
        if not (big and order == ">") and not (planar and depth == 16 and not deflated)
    ),
    _encoded("BMP", "BMP"),
    Case("BMP of 32 bits without masks", lambda: bmp(_FORGOTTEN, masked=False), _SHOWN),
    Case("BMP of 32 bits with masks", lambda: bmp(_OPAQUE, masked=True), _SHOWN),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_picture_looks_the_same_in_each_format(case: Case, opener: PictureOpener) -> None:
    case.assert_shown(opener)


@pytest.mark.parametrize("ground", [255, 0])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "HEIC", "GIF", "TIFF", "BMP"])
def test_a_product_on_white_or_black_looks_the_same_in_each_format(
    kind: str, ground: int, opener: PictureOpener
) -> None:
    picture = np.pad(COLORS, ((PATCH, PATCH), (PATCH, PATCH), (0, 0)), constant_values=ground)
    image = image_of(picture)
    write = partial(heic, image, quality=92) if kind == "HEIC" else partial(encoded, image, kind, quality=92)
    lossy(kind, write, seen(picture)).assert_shown(opener)
