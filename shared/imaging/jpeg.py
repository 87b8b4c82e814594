"""JPEG: baseline, progressive, gray, RGB, CMYK; decoded at a fraction of its size where that is enough.

Metadata is cut away before Pillow sees the file. Markers: ITU-T T.81, annex B; profiles: ICC.1, annex B.4.
"""

from __future__ import annotations

import io
import math
import re
from dataclasses import dataclass, field

from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile

from shared.imaging.decoding import NO_SIZE, Decoded, Load, PictureSource, PixelSize, damaged, orientation

_MAX_SEGMENTS = 4096
_MAX_SCANS = 100
_MAX_SCANNED_PIXELS = 500_000_000
"""Ten scans, as encoders write, of the largest picture; each is a pass over all of it, 0.6 ns a pixel."""

_MAX_DECODED_PIXELS = 25_000_000
"""A crop of a larger picture is decoded at half the size or less."""

_SCALES = (1, 2, 4, 8)
_MARKER = re.compile(rb"\xff[^\x00\xff]")
_AFTER_A_SCAN = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
"""The first marker that is none of those where decoding starts anew."""

_START_OF_SCAN, _END, _APP1, _APP2, _JFIF, _ADOBE = 0xDA, b"\xff\xd9", 0xE1, 0xE2, 0xE0, 0xEE
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_PROGRESSIVE = frozenset({0xC2, 0xC6, 0xCA, 0xCE})
_TABLES = frozenset({0xC4, 0xCC, 0xDB, 0xDD})
"""Huffman's and arithmetic coding's, quantization, and how often decoding starts anew."""

_KEPT = _FRAMES | _TABLES | {_START_OF_SCAN, _JFIF, _ADOBE}
_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})
_JFIF_ALONE = 18
"""Bytes of JFIF's segment without a thumbnail (ITU-T T.871, 10.1), its marker included."""

_ICC = b"ICC_PROFILE\0"
_ICC_HEADER = 14
_YCC, _CMYK = 3, 4


@dataclass(slots=True)
class JpegHeader:
    """The segments before the first scan's data.

    `kept` are its segments without metadata, `scan` where the data starts; `sampling` has each component's
    horizontal and vertical factor; `orientation` is what the first EXIF data say, 0 where there are none;
    `scans` counts all, one less than that where the file was cut.
    """

    kept: list[bytes] = field(default_factory=lambda: [b"\xff\xd8"])
    size: PixelSize = NO_SIZE
    sampling: tuple[tuple[int, int], ...] = ()
    orientation: int = 0
    profile: bytes = b""
    progressive: bool = False
    scan: int = 0
    scan_components: int = 0
    scans: int = 1
    ended: bool = True

    @property
    def is_cmyk(self) -> bool:
        """Tell whether it is made for printers."""
        return len(self.sampling) == _CMYK

    @property
    def is_buffered(self) -> bool:
        """Tell whether decoding holds all coefficients, because one scan is not the whole picture."""
        return self.progressive or self.scan_components < len(self.sampling)

    @property
    def is_whole(self) -> bool:
        """Tell whether all of it is there, and decoding it takes no more passes than a picture should."""
        passes = self.scans <= _MAX_SCANS and self.scans * self.size.pixels <= _MAX_SCANNED_PIXELS
        return self.ended and passes

    def cost(self, shrink: int) -> int:
        """The most bytes that decoding holds; two for each coefficient, four for each pixel of the result."""
        pixels = 4 * self.size.pixels // _scale(self.size, shrink) ** 2
        if not self.is_buffered:
            return pixels
        widest = max(h for h, _ in self.sampling) * max(v for _, v in self.sampling)
        share = sum(h * v for h, v in self.sampling) / max(widest, 1)
        return pixels + int(2 * (self.size.width + 32) * (self.size.height + 32) * share)


def read_header(content: bytes) -> JpegHeader:
    """Raises `Permanent("bad-picture")`, also for too many segments."""
    header = JpegHeader()
    profile: dict[int, bytes] = {}
    _read_segments(content, header, profile)
    header.profile = _joined(profile)
    header.ended = content.rfind(_END, header.scan) >= 0
    if header.is_buffered:
        header.scans = content.count(b"\xff\xda", header.scan) + 1
    return header


def without_metadata(content: bytes, header: JpegHeader) -> bytes | None:
    """The same file with nothing in it but the picture; None for one that others may show in another way.

    They all show what JFIF describes, upright and without a profile. JFIF's own segment may hold a thumbnail,
    and between several scans may be anything: such files are not taken. What follows the end is cut off.
    """
    applications = [segment for segment in header.kept if segment[1] in {_JFIF, _ADOBE}]
    plain = len(header.sampling) == _YCC and not header.is_buffered and len(applications) == 1
    if not plain or len(applications[0]) != _JFIF_ALONE or header.profile or header.orientation > 1:
        return None
    end = _AFTER_A_SCAN.search(content, header.scan)
    if end is None or end[0] != _END:
        return None
    return b"".join((*header.kept, memoryview(content)[header.scan : end.end()]))


def scale_with(enough: int, size: PixelSize) -> int:
    """The largest scale to decode at that leaves `enough` pixels of the shorter side; 1 where none does."""
    return max((scale for scale in _SCALES if min(size) >= scale * max(enough, 1)), default=1)


def open_jpeg(content: bytes, load: Load) -> PictureSource:
    """Open a file, which may have been cut."""
    return source_of(content, read_header(content), load)


def source_of(content: bytes, header: JpegHeader, load: Load) -> PictureSource:
    """The picture behind a header."""

    def reopen(kind: type[JpegImageFile], scale: int) -> JpegImageFile:
        image = kind(io.BytesIO(b"".join((*header.kept, memoryview(content)[header.scan :]))))
        if image.size != header.size:
            raise damaged("it has two sizes")
        image.draft(image.mode, (max(1, image.width // scale), max(1, image.height // scale)))
        return image

    def decode(shrink: int) -> Decoded:
        image, shown = load(lambda: reopen(JpegImageFile, _scale(header.size, shrink)))
        # libjpeg makes a whole picture of what it gets.
        if header.progressive and not header.ended:
            shown = float(header.scans > 1)
        elif not header.ended:
            shown = load(lambda: reopen(_Unfinished, _SCALES[-1]))[1]
            _whiten(image, header, shown)
        return image, shown

    return PictureSource(header.size, decode, header.orientation, header.profile)


def _whiten(image: Image.Image, header: JpegHeader, shown: float) -> None:
    """Paint over the gray that libjpeg shows where it gets nothing; the row of blocks in between stays."""
    block = 8 * max(v for _, v in header.sampling) / header.size.height
    upper = min(math.ceil((shown + block) * image.height), image.height)
    white = (0, 0, 0, 0) if header.is_cmyk else "white"
    image.paste(white, (0, upper, image.width, image.height))


class _Unfinished(JpegImageFile):
    """Does not make up for what is missing, so that the rows of it stay as they were."""

    def load_read(self, read_bytes: int) -> bytes:
        """The next bytes, none at the end of what there is."""
        return self.fp.read(read_bytes) if self.fp else b""


def _read_segments(content: bytes, header: JpegHeader, profile: dict[int, bytes]) -> None:
    position = 2
    for _ in range(_MAX_SEGMENTS):
        marker, start = _marker(content, position)
        if marker in _ALONE:
            position = start
            continue
        position = start + int.from_bytes(content[start : start + 2], "big")
        body = content[start + 2 : position]
        if position > len(content) or position < start + 2:
            # A decoder would take for the rest of it what comes next.
            raise damaged("a segment of it has no end")
        if marker == _APP1 and body.startswith(b"Exif\0\0"):
            header.orientation = header.orientation or orientation(body)
        elif marker == _APP2 and body.startswith(_ICC) and len(body) > _ICC_HEADER:
            profile.setdefault(body[12], body)
        elif marker in _FRAMES:
            if header.size != NO_SIZE:
                raise damaged("it has two sizes")
            _read_frame(body, header, progressive=marker in _PROGRESSIVE)
        if marker in _KEPT:
            header.kept.append(b"\xff" + bytes([marker]) + content[start:position])
        if marker == _START_OF_SCAN:
            header.scan, header.scan_components = position, body[0] if body else 0
            return
    raise damaged("it has too many segments")


def _joined(parts: dict[int, bytes]) -> bytes:
    """The profile from its parts, each of which tells its number and how many there are; whole or empty."""
    counts = {body[13] for body in parts.values()}
    numbers = sorted(parts)
    whole = counts == {len(parts)} and numbers == list(range(1, len(parts) + 1))
    return b"".join(parts[number][_ICC_HEADER:] for number in numbers) if whole else b""


def _marker(content: bytes, position: int) -> tuple[int, int]:
    """Return the next marker and where its segment starts; what stands between segments is skipped."""
    found = _MARKER.search(content, position)
    if found is None:
        raise damaged("it ends before its first scan")
    return content[found.end() - 1], found.end()


def _read_frame(body: bytes, header: JpegHeader, *, progressive: bool) -> None:
    height, width = int.from_bytes(body[1:3], "big"), int.from_bytes(body[3:5], "big")
    header.size = PixelSize(width, height)
    header.progressive = progressive
    header.sampling = tuple((factors >> 4, factors & 15) for factors in body[7::3])


def _scale(size: PixelSize, shrink: int) -> int:
    """The scale to decode at: all of the shrinking if it can be, more where the pixels would be too many."""
    enough = (s for s in _SCALES if s >= shrink and size.pixels <= _MAX_DECODED_PIXELS * s * s)
    return min(enough, default=_SCALES[-1])
