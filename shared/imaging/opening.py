"""The opener of pictures: JPEG and PNG decoded here, within a budget of memory, the others in a child."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Mapping
from functools import cache
from typing import Self

from PIL import Image

from shared.errors import Permanent, Reason
from shared.imaging import (
    LIMITS,
    MAX_SIDE,
    PHOTO_PATIENCE,
    SENT_SIDE,
    Box,
    FileLimits,
    Limits,
    Picture,
    Raster,
    Resampling,
    format_name,
    format_of,
    jpeg,
    png,
)
from shared.imaging.confined import Confined
from shared.imaging.decoding import WHOLE, PictureSource, Wish, rendered, shrink_of, strictly
from shared.imaging.jpeg import JpegHeader
from shared.imaging.png import PngHeader
from shared.imaging.rendering import box_of, working_bytes
from shared.logs import log
from shared.memory import MemoryBudget
from shared.model import Crop

MEMORY_BYTES = 184 * 1024 * 1024
"""Of what is decoded in the function's own process, JPEG and PNG, at one time: 46 megapixels of PNG."""

PRODUCT_PATIENCE = 60.0
"""As `PHOTO_PATIENCE`, where nobody waits for an answer."""

SMALL_PROFILE_BYTES = 8_192
"""Profiles with matrices, as cameras and monitors have them; tables are converted in the child."""

_TABLES = (b"mft1", b"mft2", b"mAB ", b"mpet")
"""The types of tables in a profile; a chain of them that has 8 kB can take a second to be read."""

_QUALITY = 88
"""Of the JPEGs that recognizers get."""

_GAP = 1.01
"""Pixels are averaged as long as so many times the size that is wanted is left; 1 would be the fastest."""

_Header = JpegHeader | PngHeader
_HEADERS: Mapping[str, Callable[[bytes], _Header]] = {"JPEG": jpeg.read_header, "PNG": png.read_header}


class PictureOpener:
    """Opens pictures; see `Imaging`.

    Whole JPEGs and PNGs, of which it is known what they cost, are decoded here, within `memory`; everything
    else by `confined`. A JPEG that a recognizer gets as it is is decoded for those alone who look at pixels
    themselves: they have `enough` with so many on the shorter side, None for all there are.
    """

    def __init__(
        self, confined: Confined, memory: MemoryBudget, limits: Limits = LIMITS, enough: int | None = None
    ) -> None:
        self._confined = confined
        self._memory = memory
        self._limits = limits
        self._enough = enough

    def raster(self, picture: Picture, side: int = MAX_SIDE, crop: Crop | None = None) -> Raster:
        """See `Imaging`."""
        if picture.raster is not None:
            return picture.raster if crop is None else picture.raster.part(crop)
        content = self._checked(picture)
        wish = Wish(side, crop or WHOLE)
        return self._here(content, wish) or PillowRaster(self._in_the_child(content, wish))

    def file(self, picture: Picture, takes: FileLimits) -> bytes:
        """See `Imaging`."""
        if picture.raster is not None:
            return picture.raster.jpeg(takes.max_bytes)
        content = self._checked(picture)
        name = format_name(content)
        if name in takes.formats and len(content) <= takes.max_bytes and _fits(name, content, takes):
            return content
        side = min(SENT_SIDE, takes.max_side or SENT_SIDE)
        return self.raster(picture, side).jpeg(takes.max_bytes)

    def _checked(self, picture: Picture) -> bytes:
        content = picture.content or b""
        if not content:
            raise Permanent(Reason.BAD_PICTURE, "the picture is empty")
        if len(content) > self._limits.max_bytes:
            most = f"send at most {self._limits.max_bytes:,}"
            raise Permanent(Reason.TOO_LARGE, f"the picture has {len(content):,} bytes; {most}")
        return content

    def _here(self, content: bytes, wish: Wish) -> PillowRaster | None:
        """The picture, unless it is of another kind or damaged."""
        plain = _plain(content)
        if plain is None:
            return None
        source, header = plain
        shrink = shrink_of(source, wish, self._limits)
        whole = shrink == 1 and wish.crop == WHOLE
        file = jpeg.without_metadata(content, header) if whole and isinstance(header, JpegHeader) else None
        if file is not None and self._enough is not None:
            shrink = jpeg.scale_with(self._enough, header.size)
        cost = len(content) + header.cost(shrink) + working_bytes(wish.side)
        if cost > self._memory.total_bytes:
            return None
        with self._memory.held(cost):
            try:
                image = rendered(source, wish, shrink)[0]
            except Permanent as error:
                if error.reason != Reason.BAD_PICTURE:
                    raise
                return None
        return PillowRaster(image, file)

    def _in_the_child(self, content: bytes, wish: Wish) -> Image.Image:
        image, shown = self._confined.raster(content, wish, self._limits)
        if shown < 1:
            log(logging.INFO, "picture cut", format=format_name(content), shown=round(shown, 2))
        return image


def _plain(content: bytes) -> tuple[PictureSource, _Header] | None:
    """A whole JPEG or PNG, of which it is known what it costs; raises `Permanent("unsupported-format")`."""
    header = _header(format_of(content).name, content)
    if header is None or not header.is_whole or not _has_matrix(header.profile):
        return None
    if isinstance(header, PngHeader):
        return png.source_of(header, strictly), header
    return jpeg.source_of(content, header, strictly), header


def _header(name: str, content: bytes) -> _Header | None:
    """The header of a JPEG or PNG, None of anything else or where it is damaged."""
    try:
        return _HEADERS[name](content) if name in _HEADERS else None
    except Permanent:
        return None


def _has_matrix(profile: bytes) -> bool:
    return len(profile) <= SMALL_PROFILE_BYTES and not any(table in profile for table in _TABLES)


def _fits(name: str, content: bytes, takes: FileLimits) -> bool:
    """Tell whether a file of a format that is taken may go as it is."""
    header = _header(name, content)
    if header is None:
        return takes.max_side is None and name not in _HEADERS
    # CMYK is for printers: vendors promise JPEG and mean what browsers show.
    printed = isinstance(header, JpegHeader) and header.is_cmyk
    # Nobody says whether boxes are those of the picture as it is stored or as it is shown.
    lies = header.orientation > 1 and not takes.turned
    small = takes.max_side is None or max(header.size) <= takes.max_side
    return header.is_whole and small and not printed and not lies


def photo_opener(max_bytes: int, enough: int | None = None) -> PictureOpener:
    """The opener for shoppers' photos: it gives up soon."""
    budget = MemoryBudget(MEMORY_BYTES, PHOTO_PATIENCE)
    return PictureOpener(Confined(PHOTO_PATIENCE), budget, Limits(max_bytes=max_bytes), enough)


def product_opener(enough: int | None = None) -> PictureOpener:
    """The opener for product pictures: nobody waits for it."""
    return PictureOpener(*_products_room(), enough=enough)


@cache
def _products_room() -> tuple[Confined, MemoryBudget]:
    """The child and the memory that all openers for product pictures in a process share."""
    return Confined(PRODUCT_PATIENCE), MemoryBudget(MEMORY_BYTES, PRODUCT_PATIENCE)


class PillowRaster:
    """An image of mode RGB; see `Raster`. `file` is a JPEG that shows it, where it came from one."""

    def __init__(self, image: Image.Image, file: bytes | None = None) -> None:
        self.image = image
        self._file = file

    @property
    def size(self) -> tuple[int, int]:
        """See `Raster`."""
        return self.image.size

    def rgb(self) -> bytes:
        """See `Raster`."""
        return self.image.tobytes()

    def jpeg(self, max_bytes: int | None = None) -> bytes:
        """See `Raster`; raises `Permanent("too-large")` where not even a pixel would fit."""
        if self._file and len(self._file) <= (max_bytes or len(self._file)):
            return self._file
        image = self.image
        while len(file := _jpeg(image)) > (max_bytes or len(file)):
            if max(image.size) == 1:
                raise Permanent(Reason.TOO_LARGE, f"no JPEG of this picture has at most {max_bytes} bytes")
            image = image.reduce(2)
        return file

    def part(self, crop: Crop) -> Self:
        """See `Raster`."""
        return type(self)(self.image.crop(box_of(crop, *self.image.size)))

    def resized(self, width: int, height: int, resampling: Resampling, box: Box | None = None) -> Self:
        """See `Raster`."""
        name, gap = ("hamming", _GAP) if resampling == "quick" else (resampling, None)
        return type(self)(self.image.resize((width, height), Image.Resampling[name.upper()], box, gap))

    def padded(self, side: int, resampling: Resampling) -> Self:
        """See `Raster`."""
        scale = side / max(self.image.size)
        width, height = (max(1, round(each * scale)) for each in self.image.size)
        page = Image.new("RGB", (side, side), "white")
        page.paste(self.resized(width, height, resampling).image, ((side - width) // 2, (side - height) // 2))
        return type(self)(page)


def _jpeg(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=_QUALITY)
    return file.getvalue()
