"""Whatever a picture's samples are, of how many bits and of which color model, the same is seen."""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import partial
from itertools import product

import numpy as np
import pillow_heif
import pytest

from shared.errors import Permanent
from shared.imaging import Picture
from shared.imaging.opening import PictureOpener
from tests.imaging.deep import deep_avif
from tests.imaging.files import Samples, Tiff, png
from tests.imaging.icc import shown_xyz, xyz_of_lab
from tests.imaging.truth import (
    COLORS,
    GRAYS,
    INKS,
    PATCH,
    Case,
    Seen,
    image_of,
    inks_image,
    lossy,
    seen,
    tiled,
)
from tests.pictures import encoded, heic

_WHITE_IS_ZERO, _BLACK_IS_ZERO, _RGB, _PALETTE, _CMYK, _YCBCR, _LAB = 0, 1, 2, 3, 5, 6, 8

_TO_SHOW_LAB = tiled(
    (
        ((0, 0, 0), (50, 0, 0), (100, 0, 0), (75, 0, 0)),
        ((60, 40, 20), (40, -20, 30), (80, -5, 50), (30, 20, -30)),
        ((54, 60, 40), (65, -40, 20), (45, 10, -40), (90, 0, 10)),
    )
)
"""Lightness of 100, and how red and how yellow; all within sRGB. Negative numbers wrap around."""


def _printed(inks: Samples) -> Seen:
    """What browsers show of inks without a profile."""
    light = 255.0 - inks
    return seen(np.rint(light[..., :3] * light[..., 3:] / 255).astype(np.int16))


def _levels(depth: int) -> Samples:
    """As many levels of gray as there are, in eight bits."""
    return {1: GRAYS[:PATCH, : 2 * PATCH], 2: GRAYS[:PATCH]}.get(depth, GRAYS)


def _scaled(samples: Samples, depth: int) -> Samples:
    scaled: Samples = (samples.astype(np.uint32) * (2**depth - 1) // 255).astype(np.uint16)
    return scaled


def _gray_png(depth: int) -> bytes:
    return png(_scaled(_levels(depth), depth), depth, 0)


def _gray_tiff(depth: int, order: str, *, inverted: bool) -> bytes:
    samples = _scaled(_levels(depth), depth)
    if inverted:
        return Tiff(order).file(2**depth - 1 - samples, depth, _WHITE_IS_ZERO)
    return Tiff(order).file(samples, depth, _BLACK_IS_ZERO)


def _palette(depth: int) -> Samples:
    places = np.arange(12, dtype=np.uint16).reshape(3, 4) % 2**depth
    pixels: Samples = places.repeat(PATCH, axis=0).repeat(PATCH, axis=1)
    return pixels[..., None]


def _colors_of(depth: int) -> Samples:
    """The first colors, padded to a whole palette."""
    colors = COLORS[::PATCH, ::PATCH].reshape(-1, 3)
    padded: Samples = np.pad(colors, ((0, max(0, 2**depth - 12)), (0, 0)))
    return padded[: 2**depth]


def _palette_png(depth: int) -> bytes:
    return png(_palette(depth), depth, 3, (b"PLTE", _colors_of(depth).astype(np.uint8).tobytes()))


def _palette_tiff(depth: int) -> bytes:
    columns = (_colors_of(depth).T * 257).reshape(-1).tolist()
    return Tiff().file(_palette(depth), depth, _PALETTE, {320: (3, columns)})


def _of_palette(depth: int) -> Seen:
    return seen(_colors_of(depth)[_palette(depth)[..., 0]])


def _ycbcr() -> Samples:
    return np.asarray(image_of(COLORS).convert("YCbCr")).astype(np.uint16)


def _lab_tiff() -> bytes:
    """Lightness up to 255, and the others with a sign."""
    lightness = np.rint(_TO_SHOW_LAB[..., :1] * 2.55)
    return Tiff().file(np.dstack((lightness, _TO_SHOW_LAB[..., 1:] & 255)).astype(np.uint16), 8, _LAB)


def _shown_lab(lab: Samples) -> Seen:
    signed = lab.astype(np.int16).astype(float)
    return seen(np.rint(shown_xyz(xyz_of_lab(signed))).astype(np.int16))


def _deep_heic(depth: int) -> bytes:
    height, width, _ = COLORS.shape
    samples = (COLORS * 257).astype("<u2").tobytes()
    image = pillow_heif.from_bytes("RGB;16", (width, height), samples)
    file = io.BytesIO()
    pillow_heif.options.SAVE_HDR_TO_12_BIT = depth == 12
    image.save(file, quality=95)
    pillow_heif.options.SAVE_HDR_TO_12_BIT = False
    assert pillow_heif.open_heif(file, convert_hdr_to_8bit=False).info["bit_depth"] == depth
    return file.getvalue()


def _gray_tiffs() -> Iterator[Case]:
    for depth, order, inverted in product((1, 2, 4, 8, 16), "<>", (False, True)):
        if depth == 16 and order == ">" and inverted:
            continue
        name = f"TIFF of gray, {depth} bits, {order}{' inverted' if inverted else ''}"
        yield Case(name, partial(_gray_tiff, depth, order, inverted=inverted), seen(_levels(depth)))


CASES = [
    *(Case(f"PNG of gray of {n} bits", partial(_gray_png, n), seen(_levels(n))) for n in (1, 2, 4, 8, 16)),
    *_gray_tiffs(),
    *(Case(f"PNG of a palette of {2**n}", partial(_palette_png, n), _of_palette(n)) for n in (1, 2, 4, 8)),
    *(Case(f"TIFF of a palette of {2**n}", partial(_palette_tiff, n), _of_palette(n)) for n in (1, 2, 4, 8)),
    Case("PNG of 16 bits", lambda: png(COLORS * 256, 16, 2), seen(COLORS)),
    lossy("gray JPEG", lambda: encoded(image_of(GRAYS), quality=92), seen(GRAYS)),
    lossy("gray AVIF", lambda: encoded(image_of(GRAYS), "AVIF", quality=92), seen(GRAYS)),
    lossy("gray HEIC", lambda: heic(image_of(GRAYS), quality=92), seen(GRAYS)),
    Case("gray GIF", lambda: encoded(image_of(GRAYS), "GIF"), seen(GRAYS)),
    Case("gray BMP", lambda: encoded(image_of(GRAYS), "BMP"), seen(GRAYS)),
    Case("BMP of one bit", lambda: encoded(image_of(_levels(1)).convert("1"), "BMP"), seen(_levels(1))),
    Case("BMP of a palette", lambda: encoded(image_of(COLORS).quantize(12), "BMP"), seen(COLORS)),
    *(lossy(f"AVIF of {depth} bits", partial(deep_avif, depth), seen(COLORS)) for depth in (10, 12)),
    *(lossy(f"HEIC of {depth} bits", partial(_deep_heic, depth), seen(COLORS)) for depth in (10, 12)),
    Case("TIFF of YCbCr", lambda: Tiff().file(_ycbcr(), 8, _YCBCR), seen(COLORS), tolerance=2),
    Case("TIFF of CMYK", lambda: Tiff().file(INKS, 8, _CMYK), _printed(INKS)),
    Case("TIFF of CMYK of 16 bits", lambda: Tiff(">").file(INKS * 257, 16, _CMYK), _printed(INKS)),
    lossy("JPEG of CMYK", lambda: encoded(inks_image(), quality=95, subsampling=0), _printed(INKS)),
    Case("TIFF of Lab", _lab_tiff, _shown_lab(_TO_SHOW_LAB), tolerance=2),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_all_samples_show_the_same(case: Case, opener: PictureOpener) -> None:
    case.assert_shown(opener)


@pytest.mark.parametrize(
    "file",
    [
        Tiff(">").file(GRAYS * 257, 16, _WHITE_IS_ZERO),
        Tiff(planar=True).file(COLORS * 257, 16, _RGB),
        Tiff(">", big=True).file(COLORS, 8, _RGB),
        Tiff().file(np.dstack((COLORS, GRAYS)), 8, 11),
        encoded(image_of(GRAYS).convert("F"), "TIFF"),
        encoded(image_of(GRAYS).convert("I"), "TIFF"),
    ],
    ids=["big-endian inverted", "planes of 16 bits", "big-endian BigTIFF", "unknown", "fractions", "32 bits"],
)
def test_tiffs_that_nobody_can_read_are_called_unsupported(file: bytes, opener: PictureOpener) -> None:
    with pytest.raises(Permanent, match="TIFF") as refused:
        opener.raster(Picture(file))
    assert refused.value.reason == "unsupported-format"
