"""HEIF with HEVC inside (HEIC), as phones take it; the primary picture."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any, Protocol

from PIL import Image

from shared.images.formats import bmff
from shared.images.formats.source import Box, Raster, Size, Source, damaged

_BYTES_PER_PIXEL = {"420": 6.0, "422": 8.0, "444": 10.5, "monochrome": 6.0}
"""libde265's planes, libheif's own and the RGB made of them, by chroma; measured 5.5 and 10.0 for two."""

_DEEP = 1.55
"""Times as many above 8 bits a sample; measured 16.0 for 4:4:4."""

_ALPHA_BYTES_PER_PIXEL = 2.5

_MAX_CODED = 4
"""Times the picture: its tiles, alpha, depth and smaller versions."""

_SLACK_PIXELS = 1_048_576
_CODED = frozenset({b"hvc1", b"hev1"})


def open_heif(content: bytes) -> Source:
    """Read the header; libheif turns the picture upright while decoding, so its orientation is always 1."""
    coded = _coded_pixels(content)
    container = _library().open_heif(content, remove_stride=False)
    picture: _Picture = container[container.primary_index]
    size = Size(*picture.size)
    if coded > _MAX_CODED * size.pixels + _SLACK_PIXELS:
        raise damaged("more is coded than shown")
    cost = int(size.pixels * _per_pixel(picture)) + len(content)
    return Source(size, lambda _: cost, lambda _: _raster(picture), frames=len(container))


class _Picture(Protocol):
    """What we use of `pi_heif.HeifImage`."""

    size: tuple[int, int]
    mode: str
    info: dict[str, Any]
    has_alpha: bool
    stride: int
    data: memoryview

    def load(self) -> None:
        """Decode."""


@cache
def _library() -> Any:  # noqa: ANN401 it has no types
    """Load it with the first HEIF only; the threads of a decoder would escape our account of time."""
    library: Any = import_module("pi_heif")
    options = library.options
    options.THUMBNAILS = options.DEPTH_IMAGES = options.AUX_IMAGES = False
    options.DECODE_THREADS = 1
    return library


def _coded_pixels(content: bytes) -> int:
    coded = (item.declared for item in bmff.items(content).values() if item.kind in _CODED)
    return sum(size.pixels for size in coded if size)


def _per_pixel(picture: _Picture) -> float:
    colours = _BYTES_PER_PIXEL.get(str(picture.info.get("chroma")), max(_BYTES_PER_PIXEL.values()))
    depth = _DEEP if picture.info["bit_depth"] > 8 else 1.0  # noqa: PLR2004 bits
    return (colours + (_ALPHA_BYTES_PER_PIXEL if picture.has_alpha else 0.0)) * depth


def _raster(picture: _Picture) -> Raster:
    """Decode; the pixels stay in libheif's buffer of three bytes each and are cut out of it in parts."""
    picture.load()
    size, mode, stride = Size(*picture.size), picture.mode, picture.stride
    rows = memoryview(picture.data)

    def part(box: Box) -> Image.Image:
        height = box.lower - box.upper
        data = bytes(rows[box.upper * stride : box.lower * stride])
        band = Image.frombytes(mode, (size.width, height), data, "raw", mode, stride)
        return band.crop((box.left, 0, box.right, height))

    return Raster(size, part)
