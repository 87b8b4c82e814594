"""Good small files of every format, and what remains of them after accidents."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from typing import Any

from PIL import Image

from tests.pictures import encoded, heic, scene

_STRUCTURE = re.compile(
    rb"\xff[\xc0-\xfe]|IHDR|PLTE|IDAT|IEND|VP8[ LX]|ALPH|ANMF|ftyp|meta|hdlr|iinf|iloc|iprp|ispe|mdat|,\0\0"
)
_CUTS, _FLIPS = 24, 16
QUICK: Mapping[str, Any] = {"quality": 10, "enc_params": {"preset": "ultrafast"}}
"""Of HEIC."""


def files() -> Mapping[str, bytes]:
    """One small good file of each kind by name."""
    picture = scene((48, 32))
    layered = picture.convert("RGBA")
    frames = [scene((48, 32), seed) for seed in (1, 2)]
    return {
        "jpeg": encoded(picture),
        "jpeg-progressive": encoded(picture, progressive=True),
        "jpeg-cmyk": encoded(picture.convert("CMYK")),
        "png": encoded(layered, "PNG"),
        "png-palette": encoded(picture.convert("P"), "PNG"),
        "apng": encoded(picture, "PNG", save_all=True, append_images=frames),
        "gif": encoded(picture, "GIF", save_all=True, append_images=frames),
        "webp": encoded(picture, "WEBP"),
        "webp-lossless": encoded(layered, "WEBP", lossless=True),
        "webp-frames": encoded(picture, "WEBP", save_all=True, append_images=frames),
        "tiff": encoded(picture, "TIFF"),
        "tiff-lzw": encoded(picture, "TIFF", compression="tiff_lzw"),
        "tiff-jpeg": encoded(picture, "TIFF", compression="jpeg"),
        "bmp": encoded(picture, "BMP"),
        "avif": encoded(layered, "AVIF", speed=10),
        "avif-frames": encoded(picture, "AVIF", speed=10, save_all=True, append_images=frames),
        "heic": heic(picture),
    }


def accidents() -> Iterator[tuple[str, bytes]]:
    """Every file cut off at its structure's seams and in between, and with some bits turned."""
    for name, content in files().items():
        yield name, content
        for cut in _cuts(content):
            yield f"{name} cut at {cut}", content[:cut]
        chance = random.Random(name)  # noqa: S311 damage, not secrets
        for number in range(_FLIPS):
            yield f"{name} with bits turned {number}", _turned(content, chance)


def _cuts(content: bytes) -> list[int]:
    seams = [match.start() for match in _STRUCTURE.finditer(content)]
    even = [len(content) * step // 12 for step in range(1, 12)]
    return sorted({*seams[:_CUTS], *(seam + 4 for seam in seams[: _CUTS // 2]), *even, len(content) - 1})


def _turned(content: bytes, chance: random.Random) -> bytes:
    damaged = bytearray(content)
    for _ in range(chance.randint(1, 6)):
        damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
    return bytes(damaged)


def worst() -> Iterator[tuple[str, bytes]]:
    """Good pictures that cost as much memory as a picture may."""
    large = Image.linear_gradient("L").resize((4032, 3024))
    colors = Image.merge("RGB", (large, large.transpose(Image.Transpose.ROTATE_180), large))
    layered = colors.convert("RGBA")
    yield "12 megapixels of PNG", encoded(layered, "PNG", compress_level=1)
    yield "12 megapixels of lossy WebP", encoded(colors, "WEBP", quality=30, method=0)
    yield "12 megapixels of lossless WebP", encoded(layered, "WEBP", lossless=True, quality=0, method=0)
    yield "12 megapixels of AVIF", encoded(colors, "AVIF", speed=10, quality=30, subsampling="4:4:4")
    yield "12 megapixels of HEIC", heic(colors, **QUICK)
    yield "12 megapixels of TIFF", encoded(layered, "TIFF", compression="tiff_adobe_deflate")
    cmyk = colors.convert("CMYK")
    yield "12 megapixels of progressive CMYK", encoded(cmyk, progressive=True, subsampling=0)
    yield "12 megapixels of GIF", encoded(large, "GIF")
    yield "12 megapixels of progressive JPEG", encoded(colors, progressive=True, subsampling=0)
    yield "12 megapixels of BMP", encoded(large, "BMP")
    yield "24 megapixels of HEIC", heic(colors.resize((5712, 4284)), **QUICK)
    yield "48 megapixels of JPEG", encoded(colors.resize((8064, 6048)))
    yield "49 megapixels of JPEG", encoded(colors.resize((8192, 6000)))
