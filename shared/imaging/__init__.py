"""The port by which every picture is opened: its formats, its limits and its values.

`docs/pictures.md` says what is read and how; `shared.imaging.opening` does it. Only this package imports
Pillow and pi-heif.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol, Self

from shared.errors import Permanent, Reason
from shared.model import Crop

MAX_SIDE = 1_280
"""Pixels of a raster's longer side. Scaling down by whole numbers leaves more than half of it, the 640 x 480
that recognizers ask for to find labels."""

SENT_SIDE = 2_048
"""Pixels of the longer side of a product picture that is converted for a recognizer: text stays legible."""

DECODING_SECONDS = 1.5
"""Of the processor for a picture in the child: 12 megapixels of HEIC take half of it."""

DECODING_CLOCK = 4 * DECODING_SECONDS
"""Seconds by the clock, after which a child that waits or starves is ended."""

PHOTO_PATIENCE = 1.5
"""Seconds that a shopper's photo waits for the child, or for memory."""

Resampling = Literal["bicubic", "bilinear", "box", "quick"]
"""Filters by Pillow's names; `quick` is hamming on averages of whole pixels, and not made to enlarge."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The largest picture that is opened: bytes of its file, pixels in all, pixels a side, frames.

    A side is limited because decoders spend memory and time on every row, however short; frames because all
    are listed, though only the first is decoded.
    """

    max_bytes: int = 20_000_000
    max_pixels: int = 50_000_000
    max_side: int = 65_535
    max_frames: int = 1_000


LIMITS = Limits()
"""Of product pictures; a shopper's photo may have fewer bytes, see MAX_PICTURE_BYTES."""


@dataclass(frozen=True, slots=True)
class FileLimits:
    """The files that a recognizer takes as they are: names of formats, bytes, pixels of the longer side.

    With `turned` also photos that an EXIF orientation turns upright. Everything else is converted for it.
    """

    formats: frozenset[str]
    max_bytes: int
    max_side: int | None = None
    turned: bool = False


class Raster(Protocol):
    """A picture's pixels in memory: upright, 8-bit sRGB, nothing transparent."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""

    def rgb(self) -> bytes:
        """Red, green and blue of each pixel, row by row."""

    def jpeg(self, max_bytes: int | None = None) -> bytes:
        """The picture as a JPEG without metadata, made smaller until it has at most `max_bytes`."""

    def part(self, crop: Crop) -> Self:
        """The part in the crop, in whole pixels, at least one each way."""

    def resized(self, width: int, height: int, resampling: Resampling, box: Box | None = None) -> Self:
        """The picture, or the `box` of it, at another size."""

    def padded(self, side: int, resampling: Resampling) -> Self:
        """The whole picture in the middle of a white square."""


Box = tuple[float, float, float, float]
"""Left, upper, right and lower edge in pixels; right and lower are exclusive."""


@dataclass(frozen=True, slots=True)
class Picture:
    """The bytes of a file, or pixels that are decoded already: recognizers and encoders take either."""

    content: bytes | None = None
    raster: Raster | None = None

    def __post_init__(self) -> None:
        if (self.content is None) == (self.raster is None):
            raise ValueError("a picture is either a file's bytes or a raster, exactly one of them")


class Imaging(Protocol):
    """The opener of pictures; thread-safe.

    Both methods raise `Permanent` with reason `too-large`, `too-many-pixels`, `too-many-frames`,
    `too-costly`, `unsupported-format`, `bad-picture` or `bad-crop`, `Transient("busy")` and
    `Transient("decoder-ended")`.
    """

    def raster(self, picture: Picture, side: int = MAX_SIDE, crop: Crop | None = None) -> Raster:
        """The pixels of the picture, or the `crop` of it, with at most `side` on the longer side.

        Never enlarged. Of an animation the first frame counts.
        """

    def file(self, picture: Picture, takes: FileLimits) -> bytes:
        """The picture as a file that a recognizer takes: as it is where that fits, else a JPEG."""


_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"})
_MAX_BRANDS_END = 256

Recognizes = Callable[[bytes], bool]


@dataclass(frozen=True, slots=True)
class Format:
    """A format that is read: the name people know, its media types, its files' endings, its signature."""

    name: str
    media_types: tuple[str, ...]
    endings: tuple[str, ...]
    recognizes: Recognizes


def _starting(*signatures: bytes) -> Recognizes:
    return lambda content: content.startswith(signatures)


def _branded(brands: frozenset[bytes]) -> Recognizes:
    """Recognize an ISO media file by the brands of its first box (ISO/IEC 14496-12, section 4.3)."""

    def recognizes(content: bytes) -> bool:
        end = min(int.from_bytes(content[:4], "big"), _MAX_BRANDS_END)
        named = {content[8:12], *(content[at : at + 4] for at in range(16, end, 4))}
        return content[4:8] == b"ftyp" and not brands.isdisjoint(named)

    return recognizes


def _webp(content: bytes) -> bool:
    return content[:4] == b"RIFF" and content[8:12] == b"WEBP"


FORMATS = (
    Format("JPEG", ("image/jpeg",), ("jpg", "jpeg", "jfif"), _starting(b"\xff\xd8\xff")),
    Format("PNG", ("image/png",), ("png",), _starting(b"\x89PNG\r\n\x1a\n")),
    Format("WebP", ("image/webp",), ("webp",), _webp),
    Format("AVIF", ("image/avif",), ("avif",), _branded(_AVIF_BRANDS)),
    Format("HEIC", ("image/heic", "image/heif"), ("heic", "heif"), _branded(_HEIF_BRANDS)),
    Format("GIF", ("image/gif",), ("gif",), _starting(b"GIF87a", b"GIF89a")),
    Format("TIFF", ("image/tiff",), ("tif", "tiff"), _starting(b"II*\0", b"MM\0*", b"II+\0")),
    Format("BMP", ("image/bmp",), ("bmp",), _starting(b"BM")),
)

FORMAT_NAMES = ", ".join(known.name for known in FORMATS)

_OTHERS: tuple[tuple[str, Recognizes], ...] = (
    ("ICO", _starting(b"\0\0\1\0")),
    ("PDF", _starting(b"%PDF")),
    ("PostScript", _starting(b"%!PS", b"\xc5\xd0\xd3\xc6")),
    ("SVG", lambda content: b"<svg" in content[:1000]),
    ("JPEG 2000", _starting(b"\0\0\0\x0cjP  ", b"\xff\x4f\xff\x51")),
    ("JPEG XL", _starting(b"\0\0\0\x0cJXL ", b"\xff\x0a")),
    ("Photoshop", _starting(b"8BPS")),
    ("BigTIFF that begins with the high byte", _starting(b"MM\0+")),
    ("camera raw", lambda content: content[4:12] == b"ftypcrx "),
    ("video", lambda content: content[4:8] == b"ftyp"),
)
"""Files that people take for pictures of a shop, and we don't read."""


def format_of(content: bytes) -> Format:
    """Return the format of a file; raises `Permanent("unsupported-format")`, naming any other we know."""
    for known in FORMATS:
        if known.recognizes(content):
            return known
    name = format_name(content)
    what = f"{name} is no format that can be read" if name else "this is no picture that can be read"
    raise Permanent(Reason.UNSUPPORTED_FORMAT, f"{what}; send one of {FORMAT_NAMES}")


def format_name(content: bytes) -> str:
    """Return the name of a file's format, read or not; "" for none that we know."""
    everything = (*((known.name, known.recognizes) for known in FORMATS), *_OTHERS)
    return next((name for name, recognizes in everything if recognizes(content)), "")
