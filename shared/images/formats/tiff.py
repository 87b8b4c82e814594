"""TIFF: the first page, in the codings that scanners and editors write.

The page's directory is written anew with the tags that describe its pixels and nothing else, so that neither
metadata, further pages nor oversized tables reach Pillow and libtiff. Tags: the TIFF 6.0 specification.
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass

from PIL.TiffImagePlugin import TiffImageFile

from shared.images.formats.source import Size, Source, bytes_per_pixel, damaged, pixels_of, unsupported, whole

_WIDTH, _LENGTH, _BITS, _COMPRESSION, _PHOTOMETRIC = 256, 257, 258, 259, 262
_STRIP_OFFSETS, _ORIENTATION, _SAMPLES, _ROWS, _STRIP_COUNTS, _PLANAR = 273, 274, 277, 278, 279, 284
_TILE_WIDTH, _TILE_LENGTH, _TILE_OFFSETS, _TILE_COUNTS, _FORMAT = 322, 323, 324, 325, 339
_FILL_ORDER, _PREDICTOR, _COLOURS, _EXTRA, _JPEG_TABLES, _SUBSAMPLING, _BLACK_WHITE = (
    266, 317, 320, 338, 347, 530, 532,
)  # fmt: skip
_TABLES = frozenset({_STRIP_OFFSETS, _STRIP_COUNTS, _TILE_OFFSETS, _TILE_COUNTS, _COLOURS, _JPEG_TABLES})
_LISTS = _TABLES | {_BITS, _EXTRA, _FORMAT, _SUBSAMPLING, _BLACK_WHITE}
_PIXELS = _TABLES | {
    _WIDTH, _LENGTH, _BITS, _COMPRESSION, _PHOTOMETRIC, _FILL_ORDER, _SAMPLES, _ROWS, _PLANAR, _PREDICTOR,
    _TILE_WIDTH, _TILE_LENGTH, _EXTRA, _FORMAT, _SUBSAMPLING, _BLACK_WHITE,
}  # fmt: skip

_CODINGS = frozenset({1, 5, 7, 8, 32773, 32946})
"""None, LZW, JPEG, deflate, PackBits, deflate's old number."""

_PHOTOMETRICS = frozenset({0, 1, 2, 3, 5, 6})
"""Grey in both directions, RGB, palette, CMYK, YCbCr."""

_TYPE_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1}
_SHORT, _LONG = 3, 4
_MAX_ENTRIES = 4096
_MAX_TABLE_BYTES = 262_144
_MAX_BITS, _MAX_SAMPLES = 16, 5
_UNSIGNED = 1


@dataclass(frozen=True, slots=True)
class _Entry:
    """One tag of a directory: its twelve bytes, how many values it has and the first of them."""

    raw: bytes
    number: int
    value: int


def open_tiff(content: bytes) -> Source:
    """Read the header; raises `Permanent` `unsupported-format` for rare codings, `bad-picture` for damage."""
    order = "<" if content.startswith(b"II") else ">"
    entries = _directory(content, order)
    _check_variant(entries)
    image = TiffImageFile(io.BytesIO(_rewritten(content, order, entries)))
    block = 2 * _value(entries, _SAMPLES, 1) * _block_pixels(entries, Size(*image.size))
    cost = len(content) + pixels_of(image) * bytes_per_pixel(image.mode) + block
    return whole(image, cost, orientation=_orientation(entries))


def _directory(content: bytes, order: str) -> dict[int, _Entry]:
    """Read the first directory's entries that matter."""
    (start,) = struct.unpack_from(order + "I", content, 4)
    (count,) = struct.unpack_from(order + "H", content, start)
    if count > _MAX_ENTRIES:
        raise damaged(f"its directory has {count} entries")
    entries: dict[int, _Entry] = {}
    for position in range(start + 2, start + 2 + 12 * count, 12):
        tag, kind, number = struct.unpack_from(order + "HHI", content, position)
        if tag not in _PIXELS and tag != _ORIENTATION:
            continue
        size = _TYPE_SIZES.get(kind, 0) * number
        if not 0 < size <= _MAX_TABLE_BYTES or (number > 1 and tag not in _LISTS):
            raise damaged(f"tag {tag} of its directory is empty or too long")
        entries[tag] = _Entry(
            content[position : position + 12], number, _first(content, order, position, size)
        )
    return entries


def _first(content: bytes, order: str, position: int, size: int) -> int:
    """Return the first value of the entry at `position`, 0 when it is no SHORT or LONG."""
    (kind,) = struct.unpack_from(order + "H", content, position + 2)
    place = position + 8
    if size > 4:  # noqa: PLR2004 longer values lie elsewhere
        (place,) = struct.unpack_from(order + "I", content, place)
    if place + size > len(content):
        raise damaged("its directory points behind its end")
    if kind not in {_SHORT, _LONG}:
        return 0
    value: int = struct.unpack_from(order + ("H" if kind == _SHORT else "I"), content, place)[0]
    return value


def _value(entries: dict[int, _Entry], tag: int, default: int) -> int:
    return entries[tag].value if tag in entries else default


def _check_variant(entries: dict[int, _Entry]) -> None:
    coding = _value(entries, _COMPRESSION, 1)
    if coding not in _CODINGS:
        raise unsupported(f"a TIFF with compression {coding}")
    photometric = _value(entries, _PHOTOMETRIC, 1)
    if photometric not in _PHOTOMETRICS:
        raise unsupported(f"a TIFF with photometric interpretation {photometric}")
    if _value(entries, _BITS, 1) > _MAX_BITS or _value(entries, _FORMAT, _UNSIGNED) != _UNSIGNED:
        raise unsupported("a TIFF whose samples are no unsigned integers of up to 16 bits")
    if _value(entries, _SAMPLES, 1) > _MAX_SAMPLES:
        raise unsupported(f"a TIFF with more than {_MAX_SAMPLES} samples a pixel")
    for offsets, counts in ((_STRIP_OFFSETS, _STRIP_COUNTS), (_TILE_OFFSETS, _TILE_COUNTS)):
        if offsets in entries and (
            counts not in entries or entries[offsets].number != entries[counts].number
        ):
            raise damaged("its tables of strips or tiles do not fit together")


def _block_pixels(entries: dict[int, _Entry], size: Size) -> int:
    """Pixels of a strip or tile, which libtiff decodes at a time."""
    if _TILE_WIDTH in entries:
        return _value(entries, _TILE_WIDTH, 0) * _value(entries, _TILE_LENGTH, 0)
    return size.width * min(size.height, _value(entries, _ROWS, size.height))


def _orientation(entries: dict[int, _Entry]) -> int:
    value = _value(entries, _ORIENTATION, 1)
    return value if 1 <= value <= 8 else 1  # noqa: PLR2004 as EXIF has it


def _rewritten(content: bytes, order: str, entries: dict[int, _Entry]) -> bytes:
    """Return the file with a new directory behind everything else, so that all offsets still hold."""
    kept = [entry.raw for tag, entry in sorted(entries.items()) if tag in _PIXELS]
    start = len(content) + len(content) % 2
    header = content[:4] + struct.pack(order + "I", start)
    count, last = struct.pack(order + "H", len(kept)), bytes(4)
    padding = bytes(start - len(content))
    return b"".join((header, memoryview(content)[8:], padding, count, *kept, last))
