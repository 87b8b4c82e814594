"""How each format is written with a profile, and whether it is lossy."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PIL import Image

from tests.imaging.files import Samples, Tiff, iccp, png, profiled
from tests.imaging.truth import COLORS, GRAYS, image_of
from tests.pictures import encoded, heic

Writers = Mapping[str, tuple[Callable[[bytes], bytes], bool]]


def _by_pillow(kind: str, samples: Samples = COLORS, **options: object) -> Callable[[bytes], bytes]:
    return lambda icc: encoded(image_of(samples), kind, icc_profile=icc, **options)


def with_profile(samples: Samples, icc: bytes) -> Image.Image:
    """An image whose encoder finds a profile in it."""
    image = image_of(samples)
    image.info["icc_profile"] = icc
    return image


WRITERS: Writers = {
    "JPEG": (_by_pillow("JPEG", quality=95), True),
    "progressive JPEG": (_by_pillow("JPEG", quality=95, progressive=True), True),
    "WebP": (_by_pillow("WEBP", quality=95), True),
    "AVIF": (_by_pillow("AVIF", quality=95), True),
    "HEIC": (lambda icc: heic(with_profile(COLORS, icc), quality=95), True),
    "PNG": (lambda icc: png(COLORS, 8, 2, iccp(icc)), False),
    "PNG of 16 bits": (lambda icc: png(COLORS * 257, 16, 2, iccp(icc)), False),
    "lossless WebP": (_by_pillow("WEBP", lossless=True), False),
    "TIFF": (lambda icc: Tiff().file(COLORS, 8, 2, profiled(icc)), False),
    "TIFF by LZW": (_by_pillow("TIFF", compression="tiff_lzw"), False),
    "tiled TIFF of 16 bits": (
        lambda icc: Tiff(">", tile=16).file(COLORS * 257, 16, 2, profiled(icc)),
        False,
    ),
}
GRAY_WRITERS: Writers = {
    "PNG": (lambda icc: png(GRAYS, 8, 0, iccp(icc)), False),
    "PNG of 4 bits": (lambda icc: png(GRAYS // 17, 4, 0, iccp(icc)), False),
    "PNG of 16 bits": (lambda icc: png(GRAYS * 257, 16, 0, iccp(icc)), False),
    "TIFF": (lambda icc: Tiff().file(GRAYS, 8, 1, profiled(icc)), False),
    "TIFF of 16 bits": (lambda icc: Tiff(">").file(GRAYS * 257, 16, 1, profiled(icc)), False),
    "JPEG": (_by_pillow("JPEG", GRAYS, quality=95), True),
    "HEIC": (lambda icc: heic(with_profile(GRAYS, icc), quality=95), True),
}
