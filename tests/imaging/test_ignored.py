"""What `docs/pictures.md` says is ignored: it changes nothing, and does no harm."""

from __future__ import annotations

import struct
import zlib
from functools import partial

import numpy as np
import pytest

from shared.imaging import Picture
from shared.imaging.opening import PictureOpener
from tests.imaging.files import Chunk, exif, png
from tests.imaging.icc import DISPLAY_P3
from tests.imaging.truth import COLORS, GRAYS, image_of, pixels, seen
from tests.pictures import encoded

_XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="6"/>'
    b"</rdf:RDF></x:xmpmeta>"
)

_CHUNKS: dict[str, Chunk] = {
    "a gamma": (b"gAMA", struct.pack(">I", 100_000)),
    "primaries": (b"cHRM", struct.pack(">8I", 31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000)),
    "a code for its colors": (b"cICP", bytes([12, 13, 0, 1])),
    "a background": (b"bKGD", struct.pack(">3H", 255, 0, 0)),
    "a size of its pixels": (b"pHYs", struct.pack(">IIB", 1, 2, 0)),
    "an orientation in XMP": (b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + _XMP),
    "text that unpacks to a lot": (b"zTXt", b"Comment\0\0" + zlib.compress(bytes(10_000_000))),
}


@pytest.mark.parametrize("what", _CHUNKS)
def test_of_a_png_is_ignored(what: str, opener: PictureOpener) -> None:
    file = png(COLORS, 8, 2, _CHUNKS[what])
    assert np.array_equal(pixels(opener.raster(Picture(file))), seen(COLORS))


def test_the_background_of_a_transparent_png_is_ignored(opener: PictureOpener) -> None:
    hidden = np.dstack((COLORS, np.zeros_like(GRAYS)))
    file = png(hidden, 8, 6, (b"bKGD", struct.pack(">3H", 255, 0, 0)))
    assert (pixels(opener.raster(Picture(file))) == 255).all()


_JPEG, _WEBP = (partial(encoded, image_of(COLORS), kind, quality=90) for kind in ("JPEG", "WEBP"))
_THUMBNAIL = exif(1) + encoded(image_of(255 - COLORS).resize((16, 12)))


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        (_JPEG(xmp=_XMP), _JPEG()),
        (_WEBP(xmp=_XMP), _WEBP()),
        (_JPEG(exif=b"Exif\0\0" + _THUMBNAIL), _JPEG(exif=b"Exif\0\0" + exif(1))),
    ],
    ids=["XMP of a JPEG", "XMP of a WebP", "thumbnail"],
)
def test_an_orientation_in_xmp_and_a_thumbnail_are_ignored(
    said: bytes, plain: bytes, opener: PictureOpener
) -> None:
    assert _XMP in said or _THUMBNAIL in said
    found, wanted = (pixels(opener.raster(Picture(file))) for file in (said, plain))
    assert np.array_equal(found, wanted)


def test_the_profile_of_a_gif_is_ignored(opener: PictureOpener) -> None:
    file = encoded(image_of(COLORS).quantize(12), "GIF")
    icc = DISPLAY_P3.profile()
    blocks = b"".join(
        bytes([len(part)]) + part for part in (icc[at : at + 255] for at in range(0, len(icc), 255))
    )
    frame = file.index(b"\x2c\0\0\0\0")
    file = file[:frame] + b"\x21\xff\x0bICCRGBG1012" + blocks + b"\0" + file[frame:]
    assert np.array_equal(pixels(opener.raster(Picture(file))), seen(COLORS))
