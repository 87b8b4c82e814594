"""AVIF; of a sequence, the picture shown in its place."""

from __future__ import annotations

import io
from collections.abc import Iterable

from PIL.AvifImagePlugin import AvifImageFile

from shared.images.formats import av1, bmff, exif
from shared.images.formats.source import Source, damaged, pixels_of, whole

_OPAQUE, _WITH_ALPHA = 12, 14
"""Bytes a pixel: the planes of libavif, its RGB picture and the copy handed out; measured 10.1 at 8 bits."""

_MAX_CODED = 3
"""Times the picture: colours, alpha and a smaller version."""

_SLACK_PIXELS = 65_536
_NEEDED = frozenset({b"meta", b"mdat"})


class _OnePicture(AvifImageFile):
    """Lets go of the decoder, which holds the planes, before Pillow makes room for the picture itself."""

    def load_prepare(self) -> None:
        self._decoder = None
        super().load_prepare()


def open_avif(content: bytes) -> Source:
    """Read the header; raises `Permanent("bad-picture")` also for streams larger than the picture."""
    items = bmff.items(content)
    image = _OnePicture(io.BytesIO(_picture_only(content, items.values())))
    if _coded_pixels(content, items.values()) > _MAX_CODED * pixels_of(image) + _SLACK_PIXELS:
        raise damaged("more is coded than shown")
    cost = 2 * len(content) + pixels_of(image) * (_WITH_ALPHA if image.mode == "RGBA" else _OPAQUE)
    # Pillow turns the file's own rotation and mirroring into an EXIF orientation.
    return whole(image, cost, orientation=exif.orientation(image.info.get("exif", b"")))


def _picture_only(content: bytes, items: Iterable[bmff.Item]) -> bytes:
    """Blank out tracks and EXIF data.

    libavif would count the frames of a track and prefer them to the picture; Pillow would parse EXIF data,
    although rotation and mirroring stand in the file itself.
    """
    blanked = bytearray(content)
    for box in bmff.boxes(content, 0, len(content)):
        if box.kind == b"ftyp":
            blanked[box.start : box.end] = content[box.start : box.end].replace(b"avis", b"avif")
        elif box.kind not in _NEEDED:
            blanked[box.kind_at : box.kind_at + 4] = b"free"
    for item in items:
        if item.kind == b"Exif":
            blanked[item.kind_at : item.kind_at + 4] = b"free"
    return bytes(blanked)


def _coded_pixels(content: bytes, items: Iterable[bmff.Item]) -> int:
    streams = (item.parts for item in items if item.kind == b"av01")
    joined = (b"".join(content[start:end] for start, end in parts) for parts in streams)
    return sum(av1.largest_frame(stream).pixels for stream in joined)
