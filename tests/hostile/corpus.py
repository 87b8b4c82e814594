"""A few hundred damaged, lying, greedy and ambiguous pictures, the same ones every time."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import islice
from typing import NamedTuple

from tests.hostile.bombs import bombs, bombs_of_known_cost
from tests.hostile.damage import accidents, files, worst
from tests.pictures import encoded, scene

LARGE = "12 megapixels of"
"""What names of the good large ones begin with."""


class Case(NamedTuple):
    """A file that somebody may send."""

    name: str
    content: bytes


def cases() -> tuple[Case, ...]:
    """Every case; each has at most 17 MB."""
    sources = (accidents, bombs, worst, _ambiguous, _foreign)
    return tuple(Case(name, content) for source in sources for name, content in source())


@cache
def few() -> tuple[Case, ...]:
    """For the functions, to which all that is decoded in another process is much the same; large ones last.

    Made once, as the large ones take long to encode.
    """
    sources = (_few_accidents, _ambiguous, _foreign, bombs_of_known_cost, worst)
    found = [Case(name, content) for source in sources for name, content in source()]
    return tuple(sorted(found, key=lambda case: LARGE in case.name))


def _few_accidents() -> Iterator[tuple[str, bytes]]:
    return islice(accidents(), 0, None, 20)


def _ambiguous() -> Iterator[tuple[str, bytes]]:
    """Pictures that are something else as well."""
    small = files()
    yield "JPEG and archive", small["jpeg"] + b"PK\x03\x04" + bytes(64) + b"PK\x05\x06" + bytes(18)
    yield "GIF and script", small["gif"][:-1] + b"!\xfe\x10/*=1;alert(1);//*/\0;"
    yield "GIF that is a script", b"GIF89a=1/*" + small["gif"][10:] + b"*/;alert(1)"
    yield "PNG and page", small["png"] + b"<html><script>alert(1)</script></html>"
    yield "PDF in a JPEG", small["jpeg"][:2] + b"\xff\xfe\0\x0a%PDF-1.7" + small["jpeg"][2:]
    yield "AVIF named HEIC", small["avif"].replace(b"ftypavif", b"ftypheic")
    yield "HEIC named AVIF", small["heic"].replace(b"ftypheic", b"ftypavif")
    yield "HEIC with a box around nothing", small["heic"] + b"\0\0\0\x08free" * 100


def _foreign() -> Iterator[tuple[str, bytes]]:
    """What is no picture, or one of a format that nobody should open."""
    yield "nothing", b""
    yield "zeros", bytes(1000)
    yield "text", b"this is no picture"
    yield "PDF", b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"
    yield "PostScript", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 100 100\n{} loop\n"
    yield "SVG", b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>'
    yield "Photoshop", b"8BPS\0\x01" + bytes(100)
    for kind in ("ICO", "ICNS", "TGA", "PPM", "JPEG2000", "PCX", "SGI", "QOI", "DDS", "EPS"):
        yield kind, encoded(scene((64, 64)), kind)
    for brand in (b"isom", b"mp42", b"qt  ", b"crx ", b"mif1"):
        yield f"video or container {brand!r}", b"\0\0\0\x10ftyp" + brand + bytes(4) + bytes(200)
