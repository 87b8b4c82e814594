"""The items of an ISO media file (HEIF, AVIF): what is coded in it, where, and how large it says it is.

Box layouts: ISO/IEC 14496-12 (boxes, iinf, iloc) and ISO/IEC 23008-12 (ispe, ipma).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from shared.images.formats.source import Size, damaged

_MAX_BOXES = 20_000
_MAX_ITEMS = 2_000
_MAX_EXTENTS = 4_000
_LARGE = 2
"""From this version on, boxes count and name items in four bytes."""


class Box(NamedTuple):
    """A box: its type and where that is written, and where its body starts and ends in the file."""

    kind: bytes
    kind_at: int
    start: int
    end: int


@dataclass(slots=True)
class Item:
    """A coded item: its type and where that is written, its parts of the file, its size by `ispe`."""

    kind: bytes
    kind_at: int
    parts: list[tuple[int, int]] = field(default_factory=list)
    declared: Size | None = None


class _Reader:
    """Reads big-endian numbers one after the other; what lies beyond the end is an error."""

    def __init__(self, content: bytes, box: Box) -> None:
        self._content = content
        self._end = box.end
        self.position = box.start
        head = self.number(4)
        self.version, self.flags = head >> 24, head & 0xFFFFFF

    def number(self, size: int) -> int:
        start, self.position = self.position, self.position + size
        if self.position > self._end:
            raise damaged("a box is too short")
        return int.from_bytes(self._content[start : self.position], "big")


def boxes(content: bytes, start: int, end: int) -> Iterator[Box]:
    """Yield the boxes that lie between two positions."""
    for _ in range(_MAX_BOXES):
        if start + 8 > end:
            return
        size, head = int.from_bytes(content[start : start + 4], "big"), 8
        if size == 1:
            size, head = int.from_bytes(content[start + 8 : start + 16], "big"), 16
        stop = end if size == 0 else start + size
        if (size and size < head) or stop > end:
            raise damaged("a box is longer than what is around it")
        yield Box(content[start + 4 : start + 8], start + 4, start + head, stop)
        start = stop
    raise damaged("it has too many boxes")


def items(content: bytes) -> dict[int, Item]:
    """Return the items by number; raises `Permanent("bad-picture")` on damage and for too many."""
    top = {box.kind: box for box in boxes(content, 0, len(content))}
    if b"meta" not in top:
        raise damaged("it has no item information")
    meta = {box.kind: box for box in boxes(content, top[b"meta"].start + 4, top[b"meta"].end)}
    if not {b"iinf", b"iloc", b"iprp"} <= meta.keys():
        raise damaged("its item information is incomplete")
    found = _kinds(content, meta[b"iinf"])
    _locate(content, meta, found)
    _declare(content, meta[b"iprp"], found)
    return found


def _kinds(content: bytes, iinf: Box) -> dict[int, Item]:
    reader = _Reader(content, iinf)
    reader.number(2 if reader.version == 0 else 4)
    found: dict[int, Item] = {}
    for box in boxes(content, reader.position, iinf.end):
        entry = _Reader(content, box)
        number = entry.number(2 if entry.version <= _LARGE else 4)
        entry.number(2)
        kind_at = entry.position
        found[number] = Item(entry.number(4).to_bytes(4, "big"), kind_at)
        if len(found) > _MAX_ITEMS:
            raise damaged("it has too many items")
    return found


def _locate(content: bytes, meta: dict[bytes, Box], found: dict[int, Item]) -> None:
    reader = _Reader(content, meta[b"iloc"])
    sizes = reader.number(2)
    offset_size, length_size, base_size, index_size = (sizes >> shift & 15 for shift in (12, 8, 4, 0))
    wide = 2 if reader.version < _LARGE else 4
    extents = 0
    for _ in range(reader.number(wide)):
        number = reader.number(wide)
        method = reader.number(2) & 15 if reader.version else 0
        reader.number(2)
        base = reader.number(base_size) + (meta[b"idat"].start if method == 1 and b"idat" in meta else 0)
        for _ in range(reader.number(2)):
            reader.number(index_size if reader.version else 0)
            start = base + reader.number(offset_size)
            length = reader.number(length_size) or len(content)
            if number in found:
                found[number].parts.append((start, min(start + length, len(content))))
            extents += 1
            if extents > _MAX_EXTENTS:
                raise damaged("its items lie in too many parts")


def _declare(content: bytes, iprp: Box, found: dict[int, Item]) -> None:
    """Give each item the size that it is associated with."""
    properties = list(boxes(content, iprp.start, iprp.end))
    declared: list[Size | None] = []
    for box in (inner for outer in properties if outer.kind == b"ipco" for inner in _inside(content, outer)):
        reader = _Reader(content, box) if box.kind == b"ispe" else None
        declared.append(Size(reader.number(4), reader.number(4)) if reader else None)
    for box in (outer for outer in properties if outer.kind == b"ipma"):
        _associate(_Reader(content, box), declared, found)


def _inside(content: bytes, box: Box) -> Iterator[Box]:
    return boxes(content, box.start, box.end)


def _associate(reader: _Reader, declared: list[Size | None], found: dict[int, Item]) -> None:
    wide = reader.flags & 1
    for _ in range(reader.number(4)):
        number = reader.number(4 if reader.version else 2)
        for _ in range(reader.number(1)):
            index = reader.number(2) & 0x7FFF if wide else reader.number(1) & 0x7F
            size = declared[index - 1] if 0 < index <= len(declared) else None
            if size and number in found:
                found[number].declared = size
