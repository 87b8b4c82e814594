"""The one fact of a picture's EXIF data that we want: which way is up.

Read by ourselves, because nothing else of it should be parsed. Layout: the Exif specification's "Image File
Directory", a TIFF header followed by entries of twelve bytes.
"""

from __future__ import annotations

import struct

_ORIENTATION = 0x0112
_NUMBERS = {1: "B", 3: "H", 4: "I", 6: "b", 8: "h", 9: "i"}
"""How each whole-number type is unpacked; the specification wants 3, and some programs write others."""

_MAX_ENTRIES = 256


def orientation(exif: bytes) -> int:
    """Return the orientation, 1..8; 1 where the data does not say or is damaged."""
    tiff = exif.removeprefix(b"Exif\0\0")
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None:
        return 1
    try:
        return _orientation(tiff, order)
    except struct.error:
        return 1


def _orientation(tiff: bytes, order: str) -> int:
    (start,) = struct.unpack_from(order + "I", tiff, 4)
    (count,) = struct.unpack_from(order + "H", tiff, start)
    for at in range(start + 2, start + 2 + 12 * min(count, _MAX_ENTRIES), 12):
        tag, kind = struct.unpack_from(order + "HH", tiff, at)
        if tag == _ORIENTATION and kind in _NUMBERS:
            (value,) = struct.unpack_from(order + _NUMBERS[kind], tiff, at + 8)
            return value if 1 <= value <= 8 else 1  # noqa: PLR2004 as the docstring says
    return 1
