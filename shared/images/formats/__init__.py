"""The formats a picture may have, told apart by content; their modules are loaded when first needed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from shared.errors import Permanent
from shared.images.formats.source import Source

_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"})
_MAX_BRANDS_END = 256


@dataclass(frozen=True, slots=True)
class Format:
    """A format: the name people know and where its reader is, a function from the content to a `Source`."""

    name: str
    module: str
    function: str
    recognises: Callable[[bytes], bool]

    def open(self, content: bytes) -> Source:
        """Read the header, with whatever error the reader raises on damage."""
        read: Callable[[bytes], Source] = getattr(import_module(self.module), self.function)
        return read(content)


def _starting(*signatures: bytes) -> Callable[[bytes], bool]:
    return lambda content: content.startswith(signatures)


def _branded(brands: frozenset[bytes]) -> Callable[[bytes], bool]:
    """Recognise an ISO media file by the brands of its first box (ISO/IEC 14496-12, section 4.3)."""

    def recognises(content: bytes) -> bool:
        end = min(int.from_bytes(content[:4], "big"), _MAX_BRANDS_END)
        named = {content[8:12], *(content[at : at + 4] for at in range(16, end, 4))}
        return content[4:8] == b"ftyp" and not brands.isdisjoint(named)

    return recognises


def _webp(content: bytes) -> bool:
    return content[:4] == b"RIFF" and content[8:12] == b"WEBP"


_HERE = __name__

FORMATS = (
    Format("JPEG", f"{_HERE}.jpeg", "open_jpeg", _starting(b"\xff\xd8\xff")),
    Format("PNG", f"{_HERE}.png", "open_png", _starting(b"\x89PNG\r\n\x1a\n")),
    Format("WebP", f"{_HERE}.webp", "open_webp", _webp),
    Format("HEIC", f"{_HERE}.heif", "open_heif", _branded(_HEIF_BRANDS)),
    Format("AVIF", f"{_HERE}.avif", "open_avif", _branded(_AVIF_BRANDS)),
    Format("GIF", f"{_HERE}.gif", "open_gif", _starting(b"GIF87a", b"GIF89a")),
    Format("TIFF", f"{_HERE}.tiff", "open_tiff", _starting(b"II*\0", b"MM\0*")),
    Format("BMP", f"{_HERE}.bmp", "open_bmp", _starting(b"BM")),
)


def format_of(content: bytes) -> Format:
    """Return the format of a file; raises `Permanent("unsupported-format")` for any other."""
    for known in FORMATS:
        if known.recognises(content):
            return known
    names = ", ".join(known.name for known in FORMATS)
    raise Permanent("unsupported-format", f"this is no picture that can be read; send one of {names}")
