"""TIFF files that ask for much: strips and tiles over the same bytes, tables, tags and pages without end."""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Iterator, Sequence

from PIL import Image

from tests.pictures import encoded, scene

_ZIPPED, _LZW, _JPEG, _PACKED = 8, 5, 7, 32_773
_MEGABYTE = 1_000_000


def tiff(entries: Sequence[tuple[int, int, int, int]], data: bytes = b"") -> bytes:
    """A little-endian TIFF: entries of tag, type, count and value; `data` starts at 8."""
    listed = b"".join(struct.pack("<HHII", *entry) for entry in sorted(entries))
    start = 8 + len(data)
    head = b"II*\0" + struct.pack("<I", start)
    return head + data + struct.pack("<H", len(entries)) + listed + bytes(4)


def _gray(width: int, height: int, coding: int = 1) -> list[tuple[int, int, int, int]]:
    return [
        (256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 8), (259, 3, 1, coding), (262, 3, 1, 1),
        (277, 3, 1, 1), (278, 4, 1, height),
    ]  # fmt: skip


def tiff_bombs() -> Iterator[tuple[str, bytes]]:
    """Every bomb, with a name."""
    yield from _shared()
    yield from _pages()
    zeros = zlib.compress(bytes(49_000_000), 9)
    strip = [(273, 4, 1, 8), (279, 4, 1, len(zeros))]
    yield "TIFF of 49 zipped megapixels", tiff([*_gray(7000, 7000, 8), *strip], zeros)
    yield "TIFF of 4 billion pixels", tiff([*_gray(65_535, 65_535, 8), *strip], zeros)
    overlapping = [(tag, 7, 2_000_000, 8) for tag in range(1000, 4000)]
    short = [(273, 4, 1, 8), (279, 4, 1, 100)]
    yield (
        "TIFF with 3,000 tags on the same 2 MB",
        tiff([*_gray(10, 10), *short, *overlapping], bytes(2_000_000)),
    )
    table = [(273, 4, 500_000, 8), (279, 4, 500_000, 8)]
    yield "TIFF with 500,000 strips", tiff([*_gray(10, 10), *table], bytes(2_000_000))
    tile = [(322, 4, 1, 60_000), (323, 4, 1, 60_000), (324, 4, 1, 8), (325, 4, 1, len(zeros))]
    yield "TIFF with a tile of 60,000 x 60,000", tiff([*_gray(10, 10, 8), *tile], zeros)
    yield "TIFF with strips outside", tiff([*_gray(10, 10), (273, 4, 1, 1 << 31), (279, 4, 1, 1 << 31)])
    rows = [*_gray(100, 100, 5)[:-1], (278, 4, 1, 0xFFFFFFFF), *short]
    yield "TIFF with 4 billion rows a strip", tiff(rows, bytes(100))
    yield "TIFF with 60,000 entries", b"II*\0\x08\0\0\0\x60\xea" + bytes(12 * 60_000)
    yield "TIFF whose directory is nowhere", b"II*\0\xff\xff\xff\x7f"
    samples = [*_gray(10, 10)[:-2], (277, 4, 1, 60_000), *short]
    yield "TIFF with 60,000 samples a pixel", tiff(samples, bytes(100))


def _shared() -> Iterator[tuple[str, bytes]]:
    """Strips and tiles that all lie over the same bytes."""
    noise = random.Random(0).randbytes(_MEGABYTE)  # noqa: S311 a picture, not a secret
    zipped = zlib.compress(noise)
    photo = encoded(scene((1600, 1200)))
    for coding, data in ((1, noise), (_ZIPPED, zipped), (_LZW, noise), (_PACKED, noise), (_JPEG, photo)):
        name = f"coded {coding}"
        yield f"TIFF of 65,535 strips over the same megabyte, {name}", _strips(65_535, data, coding)
        yield f"TIFF of 190,000 tiles over the same megabyte, {name}", _tiles(data, coding)
    yield "TIFF of 65,535 strips over the same ten megabytes", _strips(65_535, noise * 10, 1)
    yield "TIFF of 65,535 short strips", _strips(65_535, zipped, _ZIPPED, 100)
    frame = encoded(Image.new("L", (4032, 3024)), progressive=True)
    scan = frame.rindex(b"\xff\xda")
    scans = frame[:-2] + frame[scan:-2] * 2_000 + b"\xff\xd9"
    entries = [*_gray(4032, 3024, _JPEG), (273, 4, 1, 8), (279, 4, 1, len(scans))]
    yield "TIFF with a JPEG of 2,000 scans", tiff(entries, scans)


def _strips(count: int, data: bytes, coding: int, length: int | None = None) -> bytes:
    """A picture of 700 columns, a row a strip."""
    at = 8 + len(data)
    tables = struct.pack("<I", 8) * count + struct.pack("<I", length or len(data)) * count
    entries = [*_gray(700, count, coding)[:-1], (278, 4, 1, 1)]
    return tiff([*entries, (273, 4, count, at), (279, 4, count, at + 4 * count)], data + tables)


def _tiles(data: bytes, coding: int) -> bytes:
    """A picture of 7,000 x 7,000 pixels in tiles of 16 x 16."""
    count, at = 438 * 438, 8 + len(data)
    tables = struct.pack("<I", 8) * count + struct.pack("<I", len(data)) * count
    entries = [*_gray(7000, 7000, coding)[:-1], (322, 4, 1, 16), (323, 4, 1, 16)]
    return tiff([*entries, (324, 4, count, at), (325, 4, count, at + 4 * count)], data + tables)


def _pages() -> Iterator[tuple[str, bytes]]:
    page = [*_gray(10, 10), (273, 4, 1, 8), (279, 4, 1, 100)]
    one = tiff(page, bytes(100))
    start = 108
    directory = one[start:-4]
    yield "TIFF of one page for ever", one[:-4] + struct.pack("<I", start)
    pages = b"".join(
        directory + struct.pack("<I", start + (number + 1) * (len(directory) + 4)) for number in range(50_000)
    )
    yield "TIFF of 50,000 pages", one[:start] + pages + directory + bytes(4)
    inner = [*page, (330, 4, 50_000, 8), (34_665, 4, 1, start), (34_853, 4, 1, start)]
    yield "TIFF of pages inside pages", tiff(inner, struct.pack("<I", start) * 25)
    large = [*_gray(7000, 7000, 1)[:-1], (278, 4, 1, 7000), (273, 4, 1, 8), (279, 4, 1, 49_000_000)]
    yield "TIFF of 49 megapixels that are not there", tiff(large, bytes(1000))
    deep = Image.new("I;16", (5000, 5000))
    yield "TIFF of 25 deep megapixels", encoded(deep, "TIFF", compression="tiff_lzw")
