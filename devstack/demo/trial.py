"""Searching with altered copies of the products' own pictures, and what came of it."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageOps

from devstack.demo.catalog import Product

NOT_FOUND = 0
WANTED_RANK = 3
WANTED_SHARE = 0.9

_CROP = 0.1
_SMALL = 480

Search = Callable[[bytes], Mapping[str, Any]]


def _cropped(image: Image.Image) -> bytes:
    """Without a tenth of its width and height on every side."""
    x, y = round(image.width * _CROP), round(image.height * _CROP)
    return _jpeg(image.crop((x, y, image.width - x, image.height - y)), 85)


def _mirrored(image: Image.Image) -> bytes:
    return _jpeg(ImageOps.mirror(image), 85)


def _recompressed(image: Image.Image) -> bytes:
    """Small and with strong JPEG artifacts, as after a trip through messengers."""
    small = image.copy()
    small.thumbnail((_SMALL, _SMALL))
    return _jpeg(small, 30)


def _jpeg(image: Image.Image, quality: int) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


ALTERATIONS: Mapping[str, Callable[[Image.Image], bytes]] = {
    "cropped": _cropped,
    "mirrored": _mirrored,
    "recompressed": _recompressed,
}


def altered(picture: bytes) -> dict[str, bytes]:
    """Every alteration of a picture, as JPEG files by the alteration's name."""
    with Image.open(io.BytesIO(picture)) as image:
        upright = ImageOps.exif_transpose(image).convert("RGB")
    return {name: alter(upright) for name, alter in ALTERATIONS.items()}


@dataclass(frozen=True, slots=True)
class Trial:
    """At which rank the right product came, by alteration; 1 is first, `NOT_FOUND` not among the hits."""

    product: str
    ranks: Mapping[str, int]


def trials(products: Sequence[Product], search: Search) -> Iterator[Trial]:
    """Search with every altered copy of each product's first picture."""
    for product in products:
        copies = altered(product.pictures[0].read_bytes())
        yield Trial(product.id, {name: rank(search(copy), product.id) for name, copy in copies.items()})


def rank(found: Mapping[str, Any], product: str) -> int:
    """The place of `product` among the hits that look like the photo at all."""
    like = [hit["objectID"] for hit in found["hits"] if hit["_visual"]["points"] > 0]
    return like.index(product) + 1 if product in like else NOT_FOUND


@dataclass(frozen=True, slots=True)
class Summary:
    """The number of `copies` that came first, and within the first `WANTED_RANK`, by alteration."""

    copies: int
    first: Mapping[str, int]
    near: Mapping[str, int]

    @property
    def share(self) -> float:
        """Share of all copies whose product came within the first `WANTED_RANK`, 0..1."""
        return sum(self.near.values()) / (self.copies * len(ALTERATIONS))


def summary(done: Sequence[Trial]) -> Summary:
    """Count the ranks."""

    def count(alteration: str, worst: int) -> int:
        return sum(NOT_FOUND < trial.ranks[alteration] <= worst for trial in done)

    return Summary(
        copies=len(done),
        first={name: count(name, 1) for name in ALTERATIONS},
        near={name: count(name, WANTED_RANK) for name in ALTERATIONS},
    )
