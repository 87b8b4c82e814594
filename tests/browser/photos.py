"""Photos as shoppers have them."""

from __future__ import annotations

import io
from functools import cache

from PIL import Image
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
