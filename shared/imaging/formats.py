"""The formats that pictures come in, told apart by content: the one list of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from shared.errors import Permanent
from shared.reasons import Reason

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

NAMES = ", ".join(known.name for known in FORMATS)

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
"""What people take for pictures of a shop, and we don't read."""


def format_of(content: bytes) -> Format:
    """Return the format of a file; raises `Permanent("unsupported-format")`, naming any other we know."""
    for known in FORMATS:
        if known.recognizes(content):
            return known
    name = name_of(content)
    what = f"{name} is no format that can be read" if name else "this is no picture that can be read"
    raise Permanent(Reason.UNSUPPORTED_FORMAT, f"{what}; send one of {NAMES}")


def name_of(content: bytes) -> str:
    """Return the name of a file's format, read or not; "" for none that we know."""
    everything = (*((known.name, known.recognizes) for known in FORMATS), *_OTHERS)
    return next((name for name, recognizes in everything if recognizes(content)), "")
