"""BMP (Windows bitmap)."""

from __future__ import annotations

import io
import struct

from PIL.BmpImagePlugin import BmpImageFile

from shared.images.formats.source import Source, bytes_per_pixel, pixels_of, unsupported, whole

_MAX_RUN_LENGTH_BYTES = 500_000
"""Pillow decodes run lengths in Python, about a microsecond for each two bytes."""

_RUN_LENGTH = (1, 2)
_INFO_HEADER = 40


def open_bmp(content: bytes) -> Source:
    """Read the header; raises `Permanent("unsupported-format")` for a large run-length coded one."""
    header_size, compression = struct.unpack_from("<I12xI", content, 14)
    coded = header_size >= _INFO_HEADER and compression in _RUN_LENGTH
    if coded and len(content) > _MAX_RUN_LENGTH_BYTES:
        raise unsupported("a large run-length coded BMP")
    image = BmpImageFile(io.BytesIO(content))
    return whole(image, pixels_of(image) * (bytes_per_pixel(image.mode) + (2 if coded else 0)))
