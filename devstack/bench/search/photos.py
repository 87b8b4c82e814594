"""Made-up photos: soft shapes with a grain, so that files have about the size of a camera's."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import numpy as np
from PIL import Image
from pillow_heif import register_heif_opener

STOREFRONT = (800, 600)
CAMERA = (4000, 3000)
"""Width and height in pixels: 12 megapixels."""

_GRAIN = 20
"""The grain to either side, of 255."""


def drawn(size: tuple[int, int], seed: int = 0) -> Image.Image:
    """Return a picture of gradients under a grain, always the same for the same seed."""
    chance = np.random.default_rng(seed)
    coarse = Image.fromarray(chance.integers(0, 256, (6, 8, 3), dtype=np.uint8))
    soft = np.asarray(coarse.resize(size, Image.Resampling.BICUBIC), dtype=np.int16)
    # Neighbors share their grain, as they do after a camera's own noise filter.
    fine = chance.integers(-_GRAIN, _GRAIN, (size[1] // 2 + 1, size[0] // 2 + 1, 1), dtype=np.int8)
    grain = np.repeat(np.repeat(fine, 2, axis=0), 2, axis=1)[: size[1], : size[0]]
    return Image.fromarray(np.clip(soft + grain, 0, 255).astype(np.uint8))


def encoded(image: Image.Image, kind: str) -> bytes:
    """Return the picture as a file of Pillow's format `kind`, HEIF included."""
    if kind == "HEIF":
        register_heif_opener()
    buffer = BytesIO()
    image.save(buffer, kind, quality=85)
    return buffer.getvalue()


def different(photo: bytes, count: int) -> Iterator[bytes]:
    """Yield the photo so many times, no two files the same: decoders ignore what follows a picture."""
    return (photo + number.to_bytes(4) for number in range(count))
