"""PNG; of an animation, the default picture.

Only the chunks that hold the picture reach Pillow: texts, profiles and frames are cut away unread. Chunks:
the PNG specification, section 5.
"""

from __future__ import annotations

import io
import struct

from PIL.PngImagePlugin import PngImageFile

from shared.images.formats import exif
from shared.images.formats.source import Source, bytes_per_pixel, damaged, pixels_of, whole

_MAX_CHUNKS = 32_768
_PICTURE = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})
_FRAME = 12
"""Bytes of a chunk besides its data: length, type and checksum."""


def open_png(content: bytes) -> Source:
    """Read the header; raises `Permanent("bad-picture")` also for too many chunks."""
    kept, orientation = _chunks(content)
    image = PngImageFile(io.BytesIO(b"".join(kept)))
    cost = len(content) + pixels_of(image) * bytes_per_pixel(image.mode)
    return whole(image, cost, orientation=orientation)


def _chunks(content: bytes) -> tuple[list[memoryview], int]:
    view = memoryview(content)
    kept, orientation, position = [view[:8]], 1, 8
    for _ in range(_MAX_CHUNKS):
        if position + _FRAME > len(content):
            return kept, orientation
        length, kind = struct.unpack_from(">I4s", content, position)
        if kind in _PICTURE:
            kept.append(view[position : position + _FRAME + length])
        if kind == b"eXIf":
            orientation = exif.orientation(content[position + 8 : position + 8 + length])
        position += _FRAME + length
    raise damaged("it has too many chunks")
