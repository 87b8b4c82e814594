"""A room in which nothing is decoded: rasters are called by the bytes they were."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

from shared.errors import Failure
from shared.imaging import MAX_SIDE, Box, FileLimits, Picture, Raster, Resampling
from shared.model import Crop


class FakeRaster:
    """Black pixels with a name, and the crop of what they were cut from."""

    def __init__(self, name: bytes, crop: Crop | None = None, size: tuple[int, int] = (1, 1)) -> None:
        self.name = name
        self.crop = crop
        self.size = size

    def rgb(self) -> bytes:
        width, height = self.size
        return bytes(3 * width * height)

    def jpeg(self, max_bytes: int | None = None) -> bytes:  # noqa: ARG002 - a name has few bytes
        return self.name

    def part(self, crop: Crop) -> Self:
        return type(self)(self.name, crop)

    def resized(self, width: int, height: int, resampling: Resampling, box: Box | None = None) -> Self:  # noqa: ARG002
        return type(self)(self.name, self.crop, (width, height))

    def padded(self, side: int, resampling: Resampling) -> Self:
        return self.resized(side, side, resampling)


class FakeImaging:
    """Hands bytes through, but for those `refused`; `opened` holds what was made a raster of."""

    def __init__(self, refused: Mapping[bytes, Failure] | None = None) -> None:
        self.opened: list[tuple[bytes, Crop | None]] = []
        self._refused = refused or {}

    def raster(self, picture: Picture, side: int = MAX_SIDE, crop: Crop | None = None) -> Raster:  # noqa: ARG002
        if picture.raster is not None:
            return picture.raster if crop is None else picture.raster.part(crop)
        content = self._taken(picture)
        self.opened.append((content, crop))
        return FakeRaster(content, crop)

    def file(self, picture: Picture, takes: FileLimits) -> bytes:
        return picture.raster.jpeg(takes.max_bytes) if picture.raster else self._taken(picture)

    def _taken(self, picture: Picture) -> bytes:
        content = picture.content or b""
        if content in self._refused:
            raise self._refused[content]
        return content


def called(picture: Picture) -> bytes:
    """The bytes of a file, or of what a fake raster was."""
    return picture.raster.name if isinstance(picture.raster, FakeRaster) else picture.content or b""
