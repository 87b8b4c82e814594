"""Searching with altered copies of the products' own pictures, and what came of it."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pi_heif  # type: ignore[import-untyped]
from PIL import Image, ImageOps

from devstack.demo.catalog import Product

pi_heif.register_heif_opener()

NOT_FOUND = 0
NEAR = 10
WANTED = 0.6
"""The share of copies whose product has to come first: 68 % do, and 38 % by labels alone."""

_KEPT = 0.4
_TILT = 15
_PHOTO = 640
_BLUE, _WOOD = (70, 110, 150), (176, 132, 92)
_BORDER = 8
_ALIKE, _DIFFERENT = 20, 60
TUNGSTEN = (1.845, 0.826, 0.233)
"""Daylight's white under a light bulb (CIE illuminant A) that the camera leaves as it is, in linear light."""

Search = Callable[[bytes], Mapping[str, Any]]


def _cropped(image: Image.Image) -> Image.Image:
    """The middle, 40 % of the width and height: a part of the product, or the product near by."""
    x, y = (round(side * (1 - _KEPT) / 2) for side in image.size)
    return image.crop((x, y, image.width - x, image.height - y))


def _in_warm_light(image: Image.Image) -> Image.Image:
    return lit(image, TUNGSTEN)


def lit(image: Image.Image, gains: Sequence[float]) -> Image.Image:
    """An RGB image with so many times the linear light in each channel."""
    # sRGB is nearly a power of 2.2: more light is a factor, at every value the same.
    factors = [gain ** (1 / 2.2) for gain in gains]
    return image.point([min(255, round(value * factor)) for factor in factors for value in range(256)])


def _on_another_background(image: Image.Image) -> Image.Image:
    return _on_a_table(image, _BLUE, 0.6)


def _small(image: Image.Image) -> Image.Image:
    return _on_a_table(image, _WOOD, 1 / 3)


def _on_a_table(image: Image.Image, color: tuple[int, int, int], share: float) -> Image.Image:
    """The product, cut out and tilted, across so much of a square photo of a table of that color."""
    seen = ImageOps.contain(image, (_PHOTO, _PHOTO))
    seen.putalpha(_unlike_border(seen))
    product = ImageOps.contain(seen.crop(seen.getbbox()), (round(share * _PHOTO),) * 2)
    product = product.rotate(_TILT, Image.Resampling.BICUBIC, expand=True)
    table = _table(color).copy()
    table.paste(product, ((_PHOTO - product.width) // 2, (_PHOTO - product.height) // 2), product)
    return table


def _unlike_border(image: Image.Image) -> Image.Image:
    """White where a color is none of the border's, which most pictures of products have just one of."""
    colors = np.asarray(image, dtype=float)
    inside = np.zeros(colors.shape[:2], dtype=bool)
    inside[_BORDER:-_BORDER, _BORDER:-_BORDER] = True
    distance = np.linalg.norm(colors - np.median(colors[~inside], axis=0), axis=2)
    return Image.fromarray(np.uint8(255 * ((distance - _ALIKE) / (_DIFFERENT - _ALIKE)).clip(0, 1)))


@cache
def _table(color: tuple[int, int, int]) -> Image.Image:
    """A surface with a wavy grain and light from the upper left."""
    down, across = np.mgrid[0:_PHOTO, 0:_PHOTO] / _PHOTO
    grain = 1 + 0.08 * np.sin(90 * down + 2 * np.sin(3 * across))
    light = 1.1 - 0.2 * (down + across)
    return Image.fromarray(np.uint8((color * (grain * light)[..., None]).clip(0, 255)))


ALTERATIONS: Mapping[str, Callable[[Image.Image], Image.Image]] = {
    "cropped": _cropped,
    "on another background": _on_another_background,
    "in warm light": _in_warm_light,
    "small": _small,
}


def altered(picture: bytes) -> dict[str, bytes]:
    """Every alteration of a picture, as JPEG files by the alteration's name."""
    with Image.open(io.BytesIO(picture)) as image:
        upright = ImageOps.exif_transpose(image).convert("RGB")
    return {name: _jpeg(alter(upright)) for name, alter in ALTERATIONS.items()}


def _jpeg(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


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
    """The place of `product` among the hits that share something with the photo, or were compared with it."""
    like = [hit["objectID"] for hit in found["hits"] if _is_like(hit["_visual"])]
    return like.index(product) + 1 if product in like else NOT_FOUND


def _is_like(visual: Mapping[str, Any]) -> bool:
    return visual["points"] > 0 or "closeness" in visual


@dataclass(frozen=True, slots=True)
class Summary:
    """The number of `copies` whose product came first, and among the first `NEAR`, by alteration."""

    copies: int
    first: Mapping[str, int]
    near: Mapping[str, int]

    @property
    def share(self) -> float:
        """Share of all copies whose product came first, 0..1."""
        return sum(self.first.values()) / (self.copies * len(ALTERATIONS))


def summary(done: Sequence[Trial]) -> Summary:
    """Count the ranks."""

    def count(alteration: str, worst: int) -> int:
        return sum(NOT_FOUND < trial.ranks[alteration] <= worst for trial in done)

    return Summary(
        copies=len(done),
        first={name: count(name, 1) for name in ALTERATIONS},
        near={name: count(name, NEAR) for name in ALTERATIONS},
    )
