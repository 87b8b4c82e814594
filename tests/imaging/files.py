"""Files written by hand, because no encoder writes what they hold: PNG, TIFF, BMP and EXIF data.

A picture is an array of whole numbers: rows, columns, samples.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.uint16]

Chunk = tuple[bytes, bytes]
"""The kind of a PNG's chunk and its data."""

_ADAM7 = ((0, 8, 0, 8), (4, 8, 0, 8), (0, 4, 4, 8), (2, 4, 0, 4), (0, 2, 2, 4), (1, 2, 0, 2), (0, 1, 1, 2))
"""First column, columns apart, first row, rows apart: the passes of an interlaced PNG."""

_SIZES = {1: "B", 2: "B", 3: "H", 4: "I", 7: "B", 16: "Q"}
"""How values of TIFF's types are packed."""


def packed(samples: Samples, depth: int, order: str = ">") -> list[bytes]:
    """The rows of a picture, each padded to whole bytes; `order` is that of the bytes of 16 bits."""
    rows = samples.reshape(len(samples), -1)
    if depth in {8, 16}:
        return [row.astype(f"{order}u{depth // 8}").tobytes() for row in rows]
    bits = (rows[..., None] >> np.arange(depth - 1, -1, -1)) & 1
    return [np.packbits(row.reshape(-1).astype(np.uint8)).tobytes() for row in bits]


def chunk(kind: bytes, data: bytes, *, damaged: bool = False) -> bytes:
    """A PNG's chunk, its checksum wrong where it is `damaged`."""
    checksum = zlib.crc32(kind + data) ^ (0xFFFF if damaged else 0)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)


def png(
    samples: Samples, depth: int, color: int, *chunks: Chunk, damaged: bool = False, interlaced: bool = False
) -> bytes:
    """A PNG of a color type, with chunks before its pixels, whose checksums are wrong where `damaged`."""
    height, width = samples.shape[:2]
    passes = _ADAM7 if interlaced else ((0, 1, 0, 1),)
    rows = b"".join(
        b"\0" + row
        for x, across, y, down in passes
        for row in packed(samples[y::down, x::across], depth)
        if row
    )
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, interlaced)),
            *(chunk(kind, data, damaged=damaged) for kind, data in chunks),
            chunk(b"IDAT", zlib.compress(rows)),
            chunk(b"IEND", b""),
        )
    )


def iccp(profile: bytes) -> Chunk:
    """The chunk of a PNG that holds a profile."""
    return b"iCCP", b"some profile\0\0" + zlib.compress(profile)


def exif(orientation: int, kind: int = 3, order: str = ">") -> bytes:
    """EXIF data with nothing but an orientation, written as one of TIFF's types."""
    value = struct.pack(order + _SIZES[kind], orientation).ljust(4, b"\0")
    start = b"II*\0\x08\0\0\0" if order == "<" else b"MM\0*\0\0\0\x08"
    return start + struct.pack(order + "HHHI", 1, 0x0112, kind, 1) + value + bytes(4)


Entry = tuple[int, Sequence[int] | bytes]
"""The type and values of a TIFF's tag."""

TURN = 274
UNASSOCIATED: Mapping[int, Entry] = {338: (3, [2])}
PREMULTIPLIED: Mapping[int, Entry] = {338: (3, [1])}


def profiled(icc: bytes) -> dict[int, Entry]:
    """The tag of a TIFF that holds a profile."""
    return {34675: (7, icc or b"\0")}


@dataclass(frozen=True, slots=True)
class Tiff:
    """How to write a TIFF: byte order, BigTIFF, planes, square tiles of so many pixels, deflated."""

    order: str = "<"
    big: bool = False
    planar: bool = False
    tile: int = 0
    deflated: bool = False

    def file(
        self, samples: Samples, depth: int, photometric: int, tags: Mapping[int, Entry] | None = None
    ) -> bytes:
        """A file with some tags besides those that the picture needs."""
        height, width, bands = samples.shape
        parts = [zlib.compress(part) if self.deflated else part for part in self._parts(samples, depth)]
        head = 16 if self.big else 8
        places = [head + sum(map(len, parts[:before])) for before in range(len(parts))]
        where, lengths = (324, 325) if self.tile else (273, 279)
        entries: dict[int, Entry] = {
            256: (4, [width]),
            257: (4, [height]),
            258: (3, [depth] * bands),
            259: (3, [8 if self.deflated else 1]),
            262: (3, [photometric]),
            277: (3, [bands]),
            284: (3, [2 if self.planar else 1]),
            where: (16 if self.big else 4, places),
            lengths: (4, [len(part) for part in parts]),
            **({322: (3, [self.tile]), 323: (3, [self.tile])} if self.tile else {278: (4, [height])}),
            **(tags or {}),
        }
        body = b"".join(parts)
        body += bytes(len(body) % 2)
        return self._start(head + len(body)) + body + self._directory(entries, head + len(body))

    def _parts(self, samples: Samples, depth: int) -> Iterator[bytes]:
        planes = np.split(samples, samples.shape[2], axis=2) if self.planar else [samples]
        for plane in planes:
            if not self.tile:
                yield b"".join(packed(plane, depth, self.order))
                continue
            height, width = plane.shape[:2]
            full = np.pad(plane, ((0, -height % self.tile), (0, -width % self.tile), (0, 0)))
            for y in range(0, height, self.tile):
                for x in range(0, width, self.tile):
                    part = full[y : y + self.tile, x : x + self.tile]
                    yield b"".join(packed(part, depth, self.order))

    def _start(self, directory: int) -> bytes:
        mark = b"II" if self.order == "<" else b"MM"
        if self.big:
            return mark + struct.pack(self.order + "HHHQ", 43, 8, 0, directory)
        return mark + struct.pack(self.order + "HI", 42, directory)

    def _directory(self, entries: Mapping[int, Entry], at: int) -> bytes:
        count, place, room = ("Q", "Q", 8) if self.big else ("H", "I", 4)
        end = at + struct.calcsize("=" + count) + len(entries) * (12 + 2 * room - 4 - 4) + room
        if not self.big:
            end = at + 2 + 12 * len(entries) + 4
        table, beyond = struct.pack(self.order + count, len(entries)), b""
        for tag, (kind, values) in sorted(entries.items()):
            data = struct.pack(f"{self.order}{len(values)}{_SIZES[kind]}", *values)
            table += struct.pack(self.order + "HH" + place, tag, kind, len(values))
            if len(data) <= room:
                table += data.ljust(room, b"\0")
                continue
            table += struct.pack(self.order + place, end + len(beyond))
            beyond += data + bytes(len(data) % 2)
        return table + bytes(room) + beyond


def bmp(samples: Samples, *, masked: bool) -> bytes:
    """A BMP of 32 bits a pixel from red, green, blue and alpha; only where `masked` is alpha one.

    Without masks the fourth byte means nothing.
    """
    height, width = samples.shape[:2]
    pixels = samples[::-1, :, [2, 1, 0, 3]].astype(np.uint8).tobytes()
    masks = struct.pack("<4I4s48x", 0xFF0000, 0xFF00, 0xFF, 0xFF000000, b"BGRs") if masked else b""
    info = struct.pack("<IiiHHIIiiII", 40 + len(masks), width, height, 1, 32, 3 * masked, 0, 0, 0, 0, 0)
    start = 14 + len(info) + len(masks)
    return struct.pack("<2sIHHI", b"BM", start + len(pixels), 0, 0, start) + info + masks + pixels
