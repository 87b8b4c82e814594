"""What EfficientNet-Lite looks at: the middle of a picture, as a small RGB square."""

from __future__ import annotations

from PIL import Image

from shared.labeling import PictureLimits
from shared.labeling.decoding import Pixels, read_pixels

CROP_MARGIN = 32
"""The crop is side / (side + 32) of the picture's short side: EfficientNet's own evaluation preprocessing."""


def read_square(content: bytes, side: int, limits: PictureLimits) -> Pixels:
    """Return the middle of a picture as 8-bit RGB of shape [1, side, side, 3], upright, on white.

    Raises `Permanent` as `read_pixels` does.
    """
    return read_pixels(content, limits, side + CROP_MARGIN, lambda image: _middle(image, side))


def _middle(image: Image.Image, side: int) -> Image.Image:
    width, height = image.size
    crop = min(width, height) * side / (side + CROP_MARGIN)
    left, top = (width - crop) / 2, (height - crop) / 2
    # Hamming shrinks a third faster than bicubic, and labels are as good; it is not made to enlarge.
    resampling = Image.Resampling.HAMMING if crop >= side else Image.Resampling.BICUBIC
    return image.resize((side, side), resampling, box=(left, top, left + crop, top + crop))
