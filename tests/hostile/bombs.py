"""Small files that ask for much: canvases, tables, texts, frames and scans without end."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator, Sequence

from PIL import Image

from tests.pictures import encoded, heic, huge_png, scene

_SIZES = ((65_535, 65_535), (30_000, 30_000), (0, 10), (10, 0), (64, 65_535))


def bombs() -> Iterator[tuple[str, bytes]]:
    """Every bomb, with a name."""
    for make in (_lying_headers, _pngs, _jpegs, _gifs, _tiffs, _bmps, _webps, _iso):
        yield from make()


def _lying_headers() -> Iterator[tuple[str, bytes]]:
    size = (48, 32)
    kinds = {
        "JPEG": (encoded(scene(size)), ">HH", True),
        "PNG": (encoded(scene(size), "PNG"), ">II", False),
        "GIF": (encoded(scene(size), "GIF"), "<HH", False),
        "BMP": (encoded(scene(size), "BMP"), "<ii", False),
        "AVIF": (encoded(scene(size), "AVIF", speed=10), ">II", False),
        "HEIC": (heic(scene((128, 128))), ">II", False),
    }
    for kind, (content, layout, height_first) in kinds.items():
        true = (128, 128) if kind == "HEIC" else size
        for said in _SIZES:
            order = (1, 0) if height_first else (0, 1)
            old, new = (struct.pack(layout, *(pair[at] for at in order)) for pair in (true, said))
            yield f"{kind} that says it has {said}", content.replace(old, new)


def chunk(kind: bytes, data: bytes) -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _pngs() -> Iterator[tuple[str, bytes]]:
    content = encoded(scene((48, 32)), "PNG")
    head, body = content[:33], content[33:]
    text = chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(1_000_000), 9))
    profile = chunk(b"iCCP", b"a\0\0" + zlib.compress(bytes(50_000_000), 9))
    yield "PNG of 49 empty megapixels", huge_png(7000, 7000)
    yield "PNG of 100 megapixels", huge_png()
    yield "PNG of 65,535 x 700", huge_png(65_535, 700)
    yield "PNG of 700 x 65,535", huge_png(700, 65_535)
    yield "PNG of 1 x 49,000,000", huge_png(1, 49_000_000)
    yield "PNG with 60 zipped texts", head + text * 60 + body
    yield "PNG with a zipped profile of 50 MB", head + profile + body
    yield "PNG with 500,000 chunks", head + chunk(b"tEXt", b"") * 500_000 + body
    yield "PNG that says it has 100,000 frames", head + chunk(b"acTL", struct.pack(">II", 100_000, 0)) + body
    yield "PNG with too many pixels inside", head + chunk(b"IDAT", zlib.compress(bytes(20_000_000))) + body


def _jpegs() -> Iterator[tuple[str, bytes]]:
    content = encoded(scene((48, 32)))
    progressive = encoded(Image.new("RGB", (4032, 3024), "red"), progressive=True)
    scan = progressive.rindex(b"\xff\xda")
    exif = b"\xff\xe1" + struct.pack(">H", 14) + b"Exif\0\0" + b"II*\0\x08\0"
    loop = b"Exif\0\0II*\0\x08\0\0\0\xff\xff" + struct.pack("<HHII", 0x8769, 4, 1, 8) * 5000
    yield "JPEG with 5,000 scans", progressive[:-2] + progressive[scan:-2] * 5000 + b"\xff\xd9"
    yield "JPEG with 90 scans", progressive[:-2] + progressive[scan:-2] * 80 + b"\xff\xd9"
    yield "JPEG with 40 scans", progressive[:-2] + progressive[scan:-2] * 30 + b"\xff\xd9"
    yield "JPEG with 400,000 EXIF segments", content[:2] + exif * 400_000 + content[2:]
    yield "JPEG whose EXIF goes in circles", content[:2] + _segment(0xE1, loop) + content[2:]
    yield "JPEG with 4 MB of comments", content[:2] + _segment(0xFE, bytes(65_000)) * 62 + content[2:]
    yield "JPEG of 16-bit samples", content.replace(b"\xff\xc0\0\x11\x08", b"\xff\xc0\0\x11\x10")
    yield "JPEG of fill bytes only", b"\xff\xd8" + b"\xff" * 1_000_000


def _segment(marker: int, data: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(data) + 2) + data


def _gifs() -> Iterator[tuple[str, bytes]]:
    content = encoded(scene((48, 32)), "GIF")
    start = 13 + (3 << ((content[10] & 7) + 1))
    frame = content[content.index(b",\0\0", start) : -1]
    yield "GIF of 49 megapixels", encoded(Image.new("P", (7000, 7000)), "GIF")
    yield "GIF with a million comments", content[:start] + b"!\xfe\0" * 1_000_000 + content[start:]
    yield (
        "GIF with a comment of 4 MB",
        content[:start] + b"!\xfe" + (b"\x01a" * 2_000_000) + b"\0" + frame + b";",
    )
    yield "GIF with 10,000 frames", content[:start] + frame * 10_000 + b";"
    yield "GIF whose frame is larger than its screen", content[:6] + b"\x01\0\x01\0" + content[10:]


def tiff(entries: Sequence[tuple[int, int, int, int]], data: bytes = b"", pages: int = 0) -> bytes:
    """A little-endian TIFF: entries of tag, type, count and value; `data` starts at 8."""
    listed = b"".join(struct.pack("<HHII", *entry) for entry in sorted(entries))
    start = 8 + len(data)
    return (
        b"II*\0"
        + struct.pack("<I", start)
        + data
        + struct.pack("<H", len(entries))
        + listed
        + bytes(4 + pages)
    )


def _grey(width: int, height: int, coding: int = 1) -> list[tuple[int, int, int, int]]:
    return [
        (256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 8), (259, 3, 1, coding), (262, 3, 1, 1),
        (277, 3, 1, 1), (278, 4, 1, height),
    ]  # fmt: skip


def _tiffs() -> Iterator[tuple[str, bytes]]:
    zeros = zlib.compress(bytes(49_000_000), 9)
    strip = [(273, 4, 1, 8), (279, 4, 1, len(zeros))]
    yield "TIFF of 49 zipped megapixels", tiff([*_grey(7000, 7000, 8), *strip], zeros)
    yield "TIFF of 4 billion pixels", tiff([*_grey(65_535, 65_535, 8), *strip], zeros)
    overlapping = [(tag, 7, 2_000_000, 8) for tag in range(1000, 4000)]
    yield (
        "TIFF with 3,000 tags on the same 2 MB",
        tiff([*_grey(10, 10), (273, 4, 1, 8), (279, 4, 1, 100), *overlapping], bytes(2_000_000)),
    )
    table = [(273, 4, 500_000, 8), (279, 4, 500_000, 8)]
    yield "TIFF with 500,000 strips", tiff([*_grey(10, 10), *table], bytes(2_000_000))
    tile = [(322, 4, 1, 60_000), (323, 4, 1, 60_000), (324, 4, 1, 8), (325, 4, 1, len(zeros))]
    yield "TIFF with a tile of 60,000 x 60,000", tiff([*_grey(10, 10, 8), *tile], zeros)
    yield "TIFF with strips outside", tiff([*_grey(10, 10), (273, 4, 1, 1 << 31), (279, 4, 1, 1 << 31)])
    yield (
        "TIFF with 4 billion rows a strip",
        tiff(
            [*_grey(100, 100, 5)[:-1], (278, 4, 1, 0xFFFFFFFF), (273, 4, 1, 8), (279, 4, 1, 100)], bytes(100)
        ),
    )
    yield "TIFF with 60,000 entries", b"II*\0\x08\0\0\0\x60\xea" + bytes(12 * 60_000)
    yield "TIFF whose directory is nowhere", b"II*\0\xff\xff\xff\x7f"
    yield (
        "TIFF with 60,000 samples a pixel",
        tiff([*_grey(10, 10)[:-2], (277, 4, 1, 60_000), (273, 4, 1, 8), (279, 4, 1, 100)], bytes(100)),
    )


def _bmps() -> Iterator[tuple[str, bytes]]:
    def coded(width: int, height: int, runs: bytes) -> bytes:
        info = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 8, 1, len(runs), 0, 0, 256, 0)
        return b"BM" + struct.pack("<IHHI", 1078 + len(runs), 0, 0, 1078) + info + bytes(1024) + runs

    yield "BMP of 49 run-length coded megapixels", coded(7000, 7000, b"\xff\0" * 200_000)
    yield "BMP of 4 MB of runs of one", coded(2000, 1000, b"\x01\0" * 2_000_000)
    yield "BMP of half a MB of runs of one", coded(500, 400, b"\x01\0" * 200_000)
    yield "BMP of jumps", coded(7000, 7000, b"\0\x02\xff\xff" * 100_000)


def _webps() -> Iterator[tuple[str, bytes]]:
    picture = encoded(Image.new("RGB", (8, 8)), "WEBP")[12:]
    canvas = struct.pack("<I", 16_382)[:3] * 2
    extended = b"VP8X" + struct.pack("<II", 10, 2) + canvas
    frame = (
        b"ANMF" + struct.pack("<I", 16 + len(picture)) + bytes(6) + b"\x07\0\0\x07\0\0" + bytes(4) + picture
    )
    yield (
        "WebP with a canvas of 268 megapixels",
        _riff(extended + b"ANIM" + struct.pack("<IIH", 6, 0, 0) + frame),
    )
    small = b"VP8X" + struct.pack("<II", 10, 2) + b"\x07\0\0\x07\0\0"
    yield "WebP with 50,000 frames", _riff(small + b"ANIM" + struct.pack("<IIH", 6, 0, 0) + frame * 50_000)
    yield (
        "WebP of 16 million empty pixels",
        encoded(Image.new("RGB", (4000, 4000)), "WEBP", lossless=True, method=0),
    )
    profile = b"ICCP" + struct.pack("<I", 8_000_000) + bytes(8_000_000)
    flags = b"VP8X" + struct.pack("<II", 10, 0x20) + b"\x07\0\0\x07\0\0"
    yield "WebP with a profile of 8 MB", _riff(flags + profile + picture)


def _riff(body: bytes) -> bytes:
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def _iso() -> Iterator[tuple[str, bytes]]:
    large = (5000, 4000)
    avif = encoded(Image.new("RGB", large, "red"), "AVIF", speed=10, quality=10)
    deep = heic(Image.new("RGB", (2048, 2048), "red"), quality=1)
    yield "AVIF of 20 megapixels", avif
    yield (
        "AVIF larger inside than outside",
        avif.replace(struct.pack(">II", *large), struct.pack(">II", 64, 64)),
    )
    yield (
        "HEIC larger inside than outside",
        deep.replace(struct.pack(">II", 2048, 2048), struct.pack(">II", 64, 64)),
    )
    head = struct.pack(">I", 16) + b"ftypheic\0\0\0\0"
    yield "HEIC of 200,000 boxes", head + (struct.pack(">I", 8) + b"free") * 200_000
    yield (
        "HEIC of nested boxes",
        head + b"".join(struct.pack(">I", 12 * (5000 - depth)) + b"meta\0\0\0\0" for depth in range(5000)),
    )
    yield "AVIF with 60,000 items", _many_items(b"avif")
    yield "HEIC with 60,000 items", _many_items(b"heic")
    yield "HEIC of a tiny box of 2^63 bytes", head + b"\0\0\0\x01meta\x7f" + b"\xff" * 7


def _many_items(brand: bytes) -> bytes:
    entry = io.BytesIO()
    for number in range(60_000):
        entry.write(struct.pack(">I4sIHH4s", 21, b"infe", 2 << 24, number, 0, b"av01") + b"\0")
    listed = struct.pack(">I4sIH", 14 + entry.tell(), b"iinf", 0, 60_000) + entry.getvalue()
    inner = listed + struct.pack(">I4sIHH", 16, b"iloc", 0, 0x4400, 0) + struct.pack(">I4s", 8, b"iprp")
    return (
        struct.pack(">I4s4sI", 16, b"ftyp", brand, 0)
        + struct.pack(">I4sI", 12 + len(inner), b"meta", 0)
        + inner
    )
