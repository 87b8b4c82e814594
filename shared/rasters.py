"""What everything that decodes pictures has to know of how they lie in their files."""

from __future__ import annotations

from PIL import Image

UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What undoes each value of EXIF's Orientation; 1, or any other value, is upright."""


def eight_bit(image: Image.Image) -> Image.Image:
    """The picture with 8 bits a channel; Pillow would cut 16 bits off at 255 instead of scaling them."""
    if not image.mode.startswith("I;16"):
        return image
    return image.point(lambda value: value / 257).convert("L")
