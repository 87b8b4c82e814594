"""WebP, AVIF, HEIC, GIF, TIFF and BMP: opened where decoders are confined, see `shared.imaging.child`.

Nothing here is trusted or predicted: what a file makes its decoder do is bounded from outside.
"""

from __future__ import annotations

import io
from functools import cache
from importlib import import_module
from typing import Any

from PIL import AvifImagePlugin, ExifTags, Image
from PIL.AvifImagePlugin import AvifImageFile
from PIL.BmpImagePlugin import BmpImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.ImageFile import ImageFile
from PIL.TiffImagePlugin import TiffImageFile
from PIL.WebPImagePlugin import WebPImageFile

from shared.imaging.decoding import (
    LEAST_SHOWN,
    Decoded,
    Load,
    PictureSource,
    PixelSize,
    damaged,
    orientation,
    strictly,
    unsupported,
)

AvifImagePlugin.DEFAULT_MAX_THREADS = 1

_RIFF_HEADER = 8
_BITS, _PHOTOMETRIC, _PLANES, _PROFILE = 258, 262, 284, 34675
"""TIFF's tags; the last one holds an ICC profile."""

_WHITE_IS_ZERO, _APART = 0, 2
_OFFSETS = (273, 324)
_MAX_PARTS = 70_000
"""Rows of the tallest picture: each is a strip in files of old programs."""

_UNKNOWN_SAMPLES = "unknown pixel mode"
"""Pillow's words for a TIFF that is not damaged and that it cannot read."""


class _OneFrame(WebPImageFile):
    """Lets go of the decoder, which holds two canvases, before Pillow makes room for the picture itself."""

    def load_prepare(self) -> None:
        self._decoder = None
        super().load_prepare()


class _OnePicture(AvifImageFile):
    """The same of the decoder that holds the planes."""

    def load_prepare(self) -> None:
        self._decoder = None
        super().load_prepare()


class _FirstFrame(GifImageFile):
    """The rectangle that the first frame fills, on the ground that it is given."""

    def _open(self) -> None:
        super()._open()
        left, upper, right, lower = _extents(self)
        self._size = right - left, lower - upper
        self.tile = [self.tile[0]._replace(extents=(0, 0, *self._size))]

    def load_prepare(self) -> None:
        """Nothing of what Pillow does for further frames."""
        ImageFile.load_prepare(self)


class _OnePage(TiffImageFile):
    """Leaves further pages unread and the picture as it is stored."""

    def _open(self) -> None:
        super()._open()
        # Pillow announces the size of the picture that it would have turned.
        self._size = self._tile_size

    def _setup(self) -> None:
        parts = max(len(self.tag_v2.get(tag, ())) for tag in _OFFSETS)
        if parts > _MAX_PARTS:
            raise damaged(f"it has {parts} strips or tiles")
        super()._setup()

    def load_end(self) -> None:
        """Do nothing: Pillow would go through all pages, and turn the picture."""


def open_webp(content: bytes, _: Load) -> PictureSource:
    """Of an animation the first frame; where the file was cut, zeros stand for what is missing."""
    told = int.from_bytes(content[4:8], "little") + _RIFF_HEADER
    missing = max(0, told - len(content))
    shown = 1 - missing / told
    image = _OneFrame(io.BytesIO(content + bytes(missing if shown >= LEAST_SHOWN else 0)))
    turn = orientation(image.info.get("exif", b""))
    return PictureSource(
        PixelSize(*image.size),
        lambda _: (strictly(lambda: image)[0], shown),
        turn,
        _profile(image),
        image.n_frames,
    )


def open_avif(content: bytes, _: Load) -> PictureSource:
    """The primary picture; its own rotation and mirroring count, not what its EXIF data say."""
    image = _OnePicture(io.BytesIO(content))
    turn = orientation(image.info.get("exif", b""))
    return PictureSource(
        PixelSize(*image.size), lambda _: strictly(lambda: image), turn, _profile(image), image.n_frames
    )


def open_heic(content: bytes, _: Load) -> PictureSource:
    """The primary picture; libheif turns it upright."""
    container = _heif().open_heif(content, remove_stride=False)
    picture = container[container.primary_index]

    def decode(_: int) -> Decoded:
        picture.load()
        data = bytes(picture.data)
        return Image.frombytes(picture.mode, picture.size, data, "raw", picture.mode, picture.stride), 1.0

    profile = picture.info.get("icc_profile") or b""
    return PictureSource(PixelSize(*picture.size), decode, profile=profile, frames=len(container))


def open_gif(content: bytes, load: Load) -> PictureSource:
    """The first frame; around it, the picture is transparent."""
    image = GifImageFile(io.BytesIO(content))
    size, box = PixelSize(*image.size), _extents(image)

    def decode(_: int) -> Decoded:
        frame, shown = load(lambda: _FirstFrame(io.BytesIO(content)))
        if frame.size == size:
            return frame, shown
        canvas = Image.new("RGBA", size)
        canvas.paste(frame.convert("RGBA"), box)
        return canvas, shown

    return PictureSource(size, decode)


def open_bmp(content: bytes, load: Load) -> PictureSource:
    """Windows' bitmap."""
    image = BmpImageFile(io.BytesIO(content))
    return PictureSource(PixelSize(*image.size), lambda _: load(lambda: BmpImageFile(io.BytesIO(content))))


def open_tiff(content: bytes, load: Load) -> PictureSource:
    """The first page; raises `Permanent("unsupported-format")` for samples that Pillow doesn't read."""
    image = _page(content)
    tags = image.tag_v2
    turn = tags.get(ExifTags.Base.Orientation, 1)
    turn = turn[0] if isinstance(turn, bytes) and turn else turn
    profile = tags.get(_PROFILE, b"")

    def decode(_: int) -> Decoded:
        image, shown = load(lambda: _OnePage(io.BytesIO(content)))
        if image.mode == "I;16" and tags.get(_PHOTOMETRIC) == _WHITE_IS_ZERO:
            # Pillow inverts gray of eight bits only.
            image = image.point(lambda value: value * -1 + 65_535)
        return image, shown

    return PictureSource(
        PixelSize(*image.size),
        decode,
        turn if turn in range(1, 9) else 1,
        profile if isinstance(profile, bytes) else b"",
    )


def _page(content: bytes) -> _OnePage:
    try:
        image = _OnePage(io.BytesIO(content))
    except SyntaxError as error:
        if str(error) == _UNKNOWN_SAMPLES:
            raise unsupported("a TIFF with such samples") from error
        raise
    if image.mode in {"I", "F"}:
        raise unsupported("a TIFF whose samples are no integers of up to 16 bits")
    is_raw, tags = image.tile[0].codec_name == "raw", image.tag_v2
    if is_raw and tags.get(_PLANES) == _APART and max(tags.get(_BITS, (1,))) > 8:  # noqa: PLR2004 bits
        # Pillow takes each half of a sample for one.
        raise unsupported("an uncompressed TIFF with planes of 16 bits")
    return image


def _extents(image: GifImageFile) -> tuple[int, int, int, int]:
    """The rectangle of the first frame."""
    return image.tile[0].extents or (0, 0, *image.size)


def _profile(image: ImageFile) -> bytes:
    profile: bytes = image.info.get("icc_profile") or b""
    return profile


@cache
def _heif() -> Any:  # noqa: ANN401 it has no types
    """Load it with the first HEIC only, and have it decode nothing but the picture, on one thread."""
    library: Any = import_module("pi_heif")
    options = library.options
    options.THUMBNAILS = options.DEPTH_IMAGES = options.AUX_IMAGES = False
    options.DECODE_THREADS = 1
    return library
