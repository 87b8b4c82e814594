"""The color space Oklab: sRGB's linear light to lightness, green to red and blue to yellow.

Matrices from Ottosson, "A perceptual color space for image processing" (2020).
"""

from __future__ import annotations

from collections.abc import Sequence

Matrix = Sequence[Sequence[float]]

TO_CONES: Matrix = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
"""From linear red, green and blue to long, medium and short waves, of which the cube root is taken."""

TO_LAB: Matrix = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)
"""From those cube roots to lightness 0..1, and the two others, both about -0.4..0.4."""

SAME, OTHER = 0.04, 0.16
"""Distances from a background, with lightness counted half: certainly it, and certainly not. Twice 0.08 in
lightness is a soft shadow, 0.16 a gray product on white."""

_STRAIGHT = 0.04045
"""Below it sRGB's transfer curve is a straight line."""


def linear(value: int) -> float:
    """Undo sRGB's transfer curve (IEC 61966-2-1) of an 8-bit value; returns 0..1."""
    share = value / 255
    curved: float = ((share + 0.055) / 1.055) ** 2.4
    return curved if share > _STRAIGHT else share / 12.92
