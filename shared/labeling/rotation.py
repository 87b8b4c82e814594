"""A fixed rotation that spreads what a vector tells evenly, so that it may be cut short."""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

SEED = b"rotation 1"
"""Another seed, or other code below, would make all stored vectors worthless."""


def rotation(size: int, kept: int) -> NDArray[np.float64]:
    """Return the first `kept` rows, of shape [kept, size], of a fixed rotation of `size` dimensions.

    CLIP's coordinates are in no order, and some are far larger than others, so leaving out all but the first
    would be a lottery. This is the cosine transform (DCT-II) after random changes of sign, as in the fast
    Johnson-Lindenstrauss transform (Ailon and Chazelle, 2009): inner products survive the cut on average. It
    depends on no library's random numbers and on no matrix factorisation.
    """
    drawn = np.frombuffer(hashlib.shake_256(SEED).digest(-(-size // 8)), np.uint8)
    signs = np.unpackbits(drawn)[:size] * 2.0 - 1.0
    rows = np.arange(kept)[:, np.newaxis]
    cosines = np.cos(np.pi / size * rows * (np.arange(size) + 0.5))
    lengths = np.where(rows == 0, np.sqrt(1 / size), np.sqrt(2 / size))
    rotated: NDArray[np.float64] = cosines * lengths * signs
    return rotated
