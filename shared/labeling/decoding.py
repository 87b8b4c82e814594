"""From the bytes of a picture file to the pixels a network looks at: upright, 8-bit RGB, on white."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from shared.labeling import PictureLimits
from shared.labeling.opening import Shape, upright

Pixels = NDArray[np.uint8]
"""One picture as 8-bit RGB of shape [1, height, width, 3]."""


def read_pixels(content: bytes, limits: PictureLimits, least: int, shape: Shape) -> Pixels:
    """Return a picture as `shape` makes it; see `upright` for `least` and for what is raised."""
    return np.asarray(upright(content, limits, least, shape))[np.newaxis]
