"""JPEG: baseline, progressive, grey, RGB, CMYK; decoded at a fraction of its size where that is enough.

Metadata is cut away before Pillow sees the file. Markers: ITU-T T.81, annex B.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field

from PIL.JpegImagePlugin import JpegImageFile

from shared.images.formats import exif
from shared.images.formats.source import Raster, Size, Source, damaged, raster_of

_MAX_SEGMENTS = 4096
_MAX_SCANS = 100
_MAX_SCANNED_PIXELS = 500_000_000
"""Ten scans, as encoders write, of the largest picture; each is a pass over all of it, 0.6 ns a pixel."""

_MAX_DECODED_PIXELS = 25_000_000
"""A crop of a larger picture is decoded at half the size or less."""

_SCALES = (1, 2, 4, 8)
_MARKER = re.compile(rb"\xff[^\x00\xff]")
_START_OF_SCAN, _APP1, _JFIF, _ADOBE = 0xDA, 0xE1, 0xE0, 0xEE
_METADATA = frozenset({*range(0xE0, 0xF0), 0xFE}) - {_JFIF, _ADOBE}
_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})


@dataclass
class _Header:
    """The segments before the first scan's data, without metadata."""

    kept: list[bytes] = field(default_factory=lambda: [b"\xff\xd8"])
    orientation: int = 1
    scan_components: int = 0


def open_jpeg(content: bytes) -> Source:
    """Read the header; raises `Permanent("bad-picture")` also for too many segments or scans."""
    header = _Header()
    data_start = _read_header(content, header)
    image = JpegImageFile(io.BytesIO(b"".join((*header.kept, memoryview(content)[data_start:]))))
    size = Size(*image.size)
    kept = 0
    if "progressive" in image.info or header.scan_components < image.layers:
        scans = content.count(b"\xff\xda", data_start) + 1
        if scans > _MAX_SCANS or scans * size.pixels > _MAX_SCANNED_PIXELS:
            raise damaged(f"it has {scans} scans")
        kept = _coefficients(image, size)

    def cost(shrink: int) -> int:
        return kept + len(content) + 4 * size.pixels // _scale(size, shrink) ** 2

    def decode(shrink: int) -> Raster:
        scale = _scale(size, shrink)
        image.draft(image.mode, (max(1, size.width // scale), max(1, size.height // scale)))
        return raster_of(image)

    return Source(size, cost, decode, header.orientation)


def _read_header(content: bytes, header: _Header) -> int:
    """Collect the segments up to the first scan; return where its data starts."""
    position = 2
    for _ in range(_MAX_SEGMENTS):
        marker, start = _marker(content, position)
        if marker in _ALONE:
            position = start
            continue
        end = start + int.from_bytes(content[start : start + 2], "big")
        body = content[start + 2 : end]
        if marker == _APP1 and body.startswith(b"Exif\0\0"):
            header.orientation = exif.orientation(body)
        if marker not in _METADATA:
            header.kept.append(b"\xff" + bytes([marker]) + content[start:end])
        if marker == _START_OF_SCAN:
            header.scan_components = body[0] if body else 0
            return end
        position = end
    raise damaged("it has too many segments")


def _marker(content: bytes, position: int) -> tuple[int, int]:
    """Return the next marker and where its segment starts; what stands between segments is skipped."""
    found = _MARKER.search(content, position)
    if found is None:
        raise damaged("it ends before its first scan")
    return content[found.end() - 1], found.end()


def _coefficients(image: JpegImageFile, size: Size) -> int:
    """Bytes of all coefficients, two each, which decoding holds when one scan is not the whole picture."""
    widest = max(h for _, h, _, _ in image.layer) * max(v for _, _, v, _ in image.layer)
    share = sum(h * v for _, h, v, _ in image.layer) / max(widest, 1)
    return int(2 * (size.width + 32) * (size.height + 32) * share)


def _scale(size: Size, shrink: int) -> int:
    """The scale to decode at: all of the shrinking if it can be, more where the pixels would be too many."""
    enough = (s for s in _SCALES if s >= shrink and size.pixels <= _MAX_DECODED_PIXELS * s * s)
    return min(enough, default=_SCALES[-1])
