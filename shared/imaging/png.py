"""PNG; of an animation, the default picture.

Only the chunks that hold the picture reach Pillow: texts and frames are cut away unread, as is what else is
not needed and damaged. Chunks: the PNG specification, sections 5 and 11.
"""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass

from PIL.PngImagePlugin import PngImageFile

from shared.imaging.decoding import NO_SIZE, Decoded, Load, PictureSource, PixelSize, damaged, orientation
from shared.imaging.rendering import MAX_PROFILE_BYTES

_MAX_CHUNKS = 32_768
_PICTURE = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND"})
_FRAME = 12
"""Bytes of a chunk besides its data: length, type and checksum."""

_HEADER = struct.Struct(">IIBB")
_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""By color type: gray, RGB, palette, gray with alpha, RGB with alpha."""


@dataclass(slots=True)
class PngHeader:
    """The chunks to be decoded, and what the others say; `is_whole` where the file is all there.

    `step` is one level of gray in eight bits.
    """

    kept: list[memoryview]
    size: PixelSize = NO_SIZE
    bytes_per_pixel: int = 4
    step: int = 1
    orientation: int = 1
    profile: bytes = b""
    is_whole: bool = False

    def cost(self, _: int) -> int:
        """The bytes of the decoded picture."""
        return self.size.pixels * self.bytes_per_pixel


def read_header(content: bytes) -> PngHeader:
    """Raises `Permanent("bad-picture")`, also for too many chunks."""
    view = memoryview(content)
    header, position = PngHeader([view[:8]]), 8
    for _ in range(_MAX_CHUNKS):
        if header.is_whole or position + _FRAME > len(content):
            break
        length, kind = struct.unpack_from(">I4s", content, position)
        end = position + _FRAME + length
        _read_chunk(header, kind, view[position:end])
        position = end
    else:
        raise damaged("it has too many chunks")
    if not header.size.pixels:
        raise damaged("it has no pixels")
    return header


def open_png(content: bytes, load: Load) -> PictureSource:
    """Open a file, which may have been cut."""
    return source_of(read_header(content), load)


def source_of(header: PngHeader, load: Load) -> PictureSource:
    """The picture behind a header."""

    def reopen() -> PngImageFile:
        image = PngImageFile(io.BytesIO(b"".join(header.kept)))
        if image.size != header.size:
            raise damaged("it has two sizes")
        return image

    def decode(_: int) -> Decoded:
        image, shown = load(reopen)
        if image.mode == "L" and "transparency" in image.info:
            # Pillow scales the pixels to eight bits, and not the level that is transparent.
            image.info["transparency"] *= header.step
        return image, shown

    return PictureSource(header.size, decode, header.orientation, header.profile)


def _read_chunk(header: PngHeader, kind: bytes, chunk: memoryview) -> None:
    data = chunk[8:-4]
    if kind in _PICTURE:
        header.kept.append(chunk)
    elif kind in {b"tRNS", b"eXIf", b"iCCP"} and zlib.crc32(chunk[4:-4]) != int.from_bytes(chunk[-4:], "big"):
        return
    if kind == b"IHDR":
        if header.size != NO_SIZE or len(data) <= _HEADER.size:
            raise damaged("it has two sizes, or none")
        width, height, depth, color = _HEADER.unpack_from(data)
        header.size = PixelSize(width, height)
        gray = _SAMPLES.get(color, 4) == 1
        header.bytes_per_pixel = (2 if depth > 8 else 1) if gray else 4  # noqa: PLR2004 bits
        header.step = 255 // max(1, 2 ** min(depth, 8) - 1)
    elif kind == b"tRNS":
        header.kept.append(chunk)
    elif kind == b"eXIf":
        header.orientation = orientation(bytes(data))
    elif kind == b"iCCP":
        header.profile = _unpacked(bytes(data))
    header.is_whole = kind == b"IEND"


def _unpacked(data: bytes) -> bytes:
    """The profile behind its name and the method of compression; empty where it is damaged or too large."""
    _, _, packed = data.partition(b"\0")
    try:
        return zlib.decompressobj().decompress(packed[1:], MAX_PROFILE_BYTES + 1)
    except zlib.error:
        return b""
