"""Pictures made for tests."""

from __future__ import annotations

import io
import random
import struct
import zlib

import pillow_heif
from PIL import Image, ImageDraw

ORIENTATION = 0x0112


def scene(size: tuple[int, int] = (400, 300), seed: int = 0) -> Image.Image:
    """A picture with some shapes in it."""
    chance = random.Random(seed)  # noqa: S311 shapes, not secrets
    image = Image.new("RGB", size, (chance.randrange(256), 200, 90))
    draw = ImageDraw.Draw(image)
    for _ in range(12):
        x, y = chance.randrange(size[0]), chance.randrange(size[1])
        color = tuple(chance.randrange(256) for _ in range(3))
        draw.ellipse((x, y, x + size[0] // 4, y + size[1] // 3), fill=color)
    return image


def encoded(image: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    """The picture as a file."""
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def jpeg(seed: int = 0, size: tuple[int, int] = (400, 300)) -> bytes:
    """A small photo."""
    return encoded(scene(size, seed))


def huge_png(width: int = 10_000, height: int = 10_000) -> bytes:
    """A valid PNG of a hundred megapixels that is only a few kilobytes long."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes((1 + (width + 7) // 8) * height), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def heic(image: Image.Image, **options: object) -> bytes:
    """The picture as a phone would store it; `options` are those of `pillow_heif`."""
    buffer = io.BytesIO()
    pillow_heif.from_pillow(image).save(buffer, **options)
    return buffer.getvalue()


def quarters(size: tuple[int, int] = (96, 64)) -> Image.Image:
    """A picture whose corners are red, green, blue and white, from the upper left in reading order."""
    image = Image.new("RGB", size)
    x, y = size[0] // 2, size[1] // 2
    for place, color in (((0, 0), "red"), ((x, 0), "lime"), ((0, y), "blue"), ((x, y), "white")):
        image.paste(Image.new("RGB", (size[0] - x, size[1] - y), color), place)
    return image
