"""Photos as shoppers have them."""

from __future__ import annotations

import io
from functools import cache

import numpy as np
from PIL import Image, ImageChops, ImageOps
from PIL.TiffImagePlugin import IFDRational

from devstack.bench.search.photos import CAMERA, drawn
from tests.pictures import ORIENTATION, encoded, quarters

_GPS = 0x8825
_MAKER = 0x010F
_TURN_RIGHT = 6


def sideways() -> bytes:
    """A photo of four colored quarters that lies on its side, with a maker's name and a place in it."""
    exif = Image.Exif()
    exif[ORIENTATION] = _TURN_RIGHT
    exif[_MAKER] = "Secret Camera"
    exif.get_ifd(_GPS).update({1: "N", 2: (IFDRational(52), IFDRational(31), IFDRational(0))})
    lying = quarters((960, 640)).transpose(Image.Transpose.ROTATE_90)
    return encoded(lying, exif=exif, comment=b"Secret comment", quality=92)


TURNS = {
    1: (),
    2: (Image.Transpose.FLIP_LEFT_RIGHT,),
    3: (Image.Transpose.ROTATE_180,),
    4: (Image.Transpose.FLIP_TOP_BOTTOM,),
    5: (Image.Transpose.TRANSPOSE,),
    6: (Image.Transpose.ROTATE_90,),
    7: (Image.Transpose.TRANSVERSE,),
    8: (Image.Transpose.ROTATE_270,),
}
"""What was done to an upright picture that is to be turned by an orientation of EXIF."""


def lying(orientation: int, kind: str, size: tuple[int, int]) -> bytes:
    """A picture of four colored quarters, upright of that size, in a file that says how to turn it."""
    image = quarters(size)
    for turn in TURNS[orientation]:
        image = image.transpose(turn)
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    return encoded(image, kind, exif=exif)


@cache
def twelve_megapixels() -> bytes:
    """A photo as large as a phone's."""
    return encoded(drawn(CAMERA), quality=92)


@cache
def noise() -> bytes:
    """A picture that looks like no product."""
    return encoded(Image.effect_noise((400, 300), 90).convert("RGB"))


def opened(photo: bytes) -> Image.Image:
    """The photo as an image."""
    return Image.open(io.BytesIO(photo))


def on_a_table(picture: bytes) -> bytes:
    """Another photo of a dark product on white: turned, mirrored, and on a wooden table in warm light."""
    product = ImageOps.autocontrast(ImageOps.mirror(opened(picture).convert("RGB")), cutoff=(0, 40))
    product = product.rotate(18, Image.Resampling.BICUBIC, fillcolor="white").crop((250, 250, 1350, 1350))
    product = ImageOps.contain(product, (760, 760))
    table = _planks((800, 1000))
    table.paste(ImageChops.multiply(product, table.crop((20, 120, 780, 880))), (20, 120))
    return encoded(table, quality=88)


def _planks(size: tuple[int, int]) -> Image.Image:
    """A table of wooden planks with the light from the upper left."""
    chance = np.random.default_rng(7)
    width, height = size
    grain = Image.fromarray(chance.integers(0, 256, (height // 2, 6), dtype=np.uint8))
    streaks = np.asarray(grain.resize(size, Image.Resampling.BICUBIC), dtype=float) / 255 - 0.5
    down, across = np.mgrid[0:height, 0:width]
    tone = chance.uniform(-0.06, 0.06, 8)[(down // 150) % 8]
    light = 1.12 - 0.4 * (across / width + down / height) / 2
    seam = np.where(down % 150 < 3, 0.72, 1.0)
    shade = (1 + 0.12 * streaks + tone) * light * seam
    colors = np.array([202, 158, 112]) * shade[..., None]
    return Image.fromarray(np.clip(colors, 0, 255).astype(np.uint8))
