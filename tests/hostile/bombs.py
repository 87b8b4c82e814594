"""Small files that ask for much: canvases, tables, texts, frames and scans without end."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from PIL import Image

from tests.hostile.boxes import iso_bombs
from tests.hostile.profiles import profile_bombs
from tests.hostile.strips import tiff_bombs
from tests.pictures import encoded, heic, huge_png, scene

_SIZES = ((65_535, 65_535), (30_000, 30_000), (0, 10), (10, 0), (64, 65_535))


def bombs() -> Iterator[tuple[str, bytes]]:
    """Every bomb, with a name."""
    for make in (_lying_headers, bombs_of_known_cost, _gifs, _bmps, _webps, tiff_bombs, iso_bombs):
        yield from make()


def bombs_of_known_cost() -> Iterator[tuple[str, bytes]]:
    """Those of the formats that the function itself may decode, where their headers tell what that costs."""
    for make in (_pngs, _jpegs, profile_bombs):
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
    for bits, kind, name in ((1, 0, "black"), (8, 2, "RGB"), (16, 6, "deep")):
        yield f"PNG of 49 interlaced megapixels, {name}", _interlaced(7000, 7000, bits, kind)
    yield "PNG of 16 interlaced megapixels, RGB", _interlaced(4000, 4000, 8, 2)
    second = chunk(b"IHDR", struct.pack(">IIBBBBB", 10, 10, 1, 0, 0, 0, 0))
    yield "PNG with a small header behind a large one", huge_png(20_000, 10_000)[:-12] + second + body[-12:]
    yield "PNG with a small header before a large one", head[:8] + second + huge_png(20_000, 10_000)[8:]
    yield "PNG with too many pixels inside", head + chunk(b"IDAT", zlib.compress(bytes(20_000_000))) + body


_PASSES = (
    *((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4)),
    *((0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)),
)


def _interlaced(width: int, height: int, bits: int, kind: int) -> bytes:
    """An interlaced PNG of zeros; passes by the PNG specification, section 8.2."""
    samples = {0: 1, 2: 3, 6: 4}[kind]
    zipped, data = zlib.compressobj(1), b""
    for left, upper, across, down in _PASSES:
        columns, rows = -(-(width - left) // across), -(-(height - upper) // down)
        row = bytes(1 + -(-columns * samples * bits // 8))
        for _ in range(0, rows, 50):
            data += zipped.compress(row * min(50, rows))
    header = struct.pack(">IIBBBBB", width, height, bits, kind, 0, 0, 1)
    chunks = (chunk(b"IHDR", header), chunk(b"IDAT", data + zipped.flush()), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _jpegs() -> Iterator[tuple[str, bytes]]:
    content = encoded(scene((48, 32)))
    progressive = encoded(Image.new("RGB", (4032, 3024), "red"), progressive=True)
    scan = progressive.rindex(b"\xff\xda")
    exif = b"\xff\xe1" + struct.pack(">H", 14) + b"Exif\0\0" + b"II*\0\x08\0"
    loop = b"Exif\0\0II*\0\x08\0\0\0\xff\xff" + struct.pack("<HHII", 0x8769, 4, 1, 8) * 5000
    yield "JPEG with 5,000 scans", progressive[:-2] + progressive[scan:-2] * 5000 + b"\xff\xd9"
    yield "JPEG with 90 scans", progressive[:-2] + progressive[scan:-2] * 80 + b"\xff\xd9"
    yield "JPEG with 40 scans", progressive[:-2] + progressive[scan:-2] * 30 + b"\xff\xd9"
    limit = encoded(Image.new("L", (7000, 7000)), progressive=True)
    scan = limit.rindex(b"\xff\xda")
    yield "JPEG with 90 scans of 49 megapixels", limit[:-2] + limit[scan:-2] * 84 + b"\xff\xd9"
    yield "JPEG with 10 scans of 49 megapixels", limit[:-2] + limit[scan:-2] * 4 + b"\xff\xd9"
    hidden = encoded(Image.new("L", (10_000, 8_000)), progressive=True)
    frame = hidden[hidden.index(b"\xff\xc2") :]
    yield "JPEG with two frames", content[: content.index(b"\xff\xda")] + frame
    short = content[:2] + b"\xff\xe0\0\0" + content[20:]
    start = short.index(b"\xff\xda") + 2 + int.from_bytes(short[short.index(b"\xff\xda") + 2 :][:2], "big")
    behind = short[:start] + bytes(65_499 - start + 8) + hidden[2:]
    yield "JPEG with a frame behind a segment of no length", behind
    yield "JPEG with a million restarts", content[: start + 16] + b"\xff\xd0" * 1_000_000 + b"\xff\xd9"
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
    comment = b"!\xfe" + b"\x01a" * 2_000_000 + b"\0"
    yield "GIF with a million comments", content[:start] + b"!\xfe\0" * 1_000_000 + content[start:]
    yield "GIF with a comment of 4 MB", content[:start] + comment + frame + b";"
    yield "GIF with 10,000 frames", content[:start] + frame * 10_000 + b";"
    size, codes = struct.pack("<HH", 7000, 7000), _blocks(b"\0\x01" * 5_000_000)
    useless = content[:6] + size + content[10:start] + b",\0\0\0\0" + size + b"\0\x08" + codes + b"\0;"
    yield "GIF of 49 megapixels, of codes of no use", useless
    large = encoded(Image.new("P", (4000, 3000)), "GIF")
    begin = 13 + (3 << ((large[10] & 7) + 1))
    frames = large[large.index(b",\0\0", begin) : -1] * 200
    yield "GIF of 200 frames of 12 megapixels", large[:begin] + frames + b";"
    yield "GIF whose frame is larger than its screen", content[:6] + b"\x01\0\x01\0" + content[10:]


def _blocks(data: bytes) -> bytes:
    pieces = (data[at : at + 255] for at in range(0, len(data), 255))
    return b"".join(bytes([len(piece)]) + piece for piece in pieces)


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
    animation = b"ANIM" + struct.pack("<IIH", 6, 0, 0)
    side = b"\x07\0\0\x07\0\0"
    frame = b"ANMF" + struct.pack("<I", 16 + len(picture)) + bytes(6) + side + bytes(4) + picture
    extended = b"VP8X" + struct.pack("<II", 10, 2) + canvas + animation
    yield "WebP with a canvas of 268 megapixels", _riff(extended + frame)
    small = b"VP8X" + struct.pack("<II", 10, 2) + side + animation
    yield "WebP with 50,000 frames", _riff(small + frame * 50_000)
    profile = b"ICCP" + struct.pack("<I", 8_000_000) + bytes(8_000_000)
    flags = b"VP8X" + struct.pack("<II", 10, 0x20) + side
    yield "WebP with a profile of 8 MB", _riff(flags + profile + picture)
    whole = encoded(Image.new("RGB", (4000, 3000)), "WEBP", lossless=True, method=0)[12:]
    side = struct.pack("<I", 3999)[:3] + struct.pack("<I", 2999)[:3]
    head = b"ANMF" + struct.pack("<I", 16 + len(whole)) + bytes(6) + side + bytes(4)
    animated = b"VP8X" + struct.pack("<II", 10, 2) + side + animation
    yield "WebP with 900 frames of 12 megapixels", _riff(animated + (head + whole) * 900)
    yield "WebP of 16,383 x 3,000", encoded(Image.new("RGB", (16_383, 3000)), "WEBP", method=0)
    empty = Image.new("RGB", (4000, 4000))
    yield "WebP of 16 million empty pixels", encoded(empty, "WEBP", lossless=True, method=0)


def _riff(body: bytes) -> bytes:
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body
