"""Names for the colours that Vision gives as red, green and blue."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple


class Lab(NamedTuple):
    """A colour in CIE Lab under D65, in which distances are roughly what an eye makes of them."""

    lightness: float
    a: float
    b: float


def lab_of(red: float, green: float, blue: float) -> Lab:
    """Convert sRGB, each channel 0..255; matrix and white of IEC 61966-2-1, curve of CIE 15."""
    r, g, b = (_linear(channel / 255) for channel in (red, green, blue))
    x = _curved((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047)
    y = _curved(0.2126729 * r + 0.7151522 * g + 0.0721750 * b)
    z = _curved((0.0193339 * r + 0.1191920 * g + 0.9503041 * b) / 1.08883)
    return Lab(116 * y - 16, 500 * (x - y), 200 * (y - z))


def _linear(share: float) -> float:
    return math.pow((share + 0.055) / 1.055, 2.4) if share > 0.04045 else share / 12.92  # noqa: PLR2004 the norm's


def _curved(share: float) -> float:
    return math.cbrt(share) if share > 216 / 24389 else (24389 / 27 * share + 16) / 116


_SAMPLES: Mapping[str, str] = {
    "black": "000000 232323 0c0c16",
    "white": "ffffff eeeeee",
    "grey": "5a5a5a 808080 bebebe 708090",
    "beige": "f5deb3 d2bea0 deb887 f5f5dc faebd7",
    "pink": "ffb6c1 ff69b4 ff1493 f08080 ffe4e1",
    "red": "ff0000 c81428 80000a",
    "brown": "8b4513 5a3c28 a0522d c88246",
    "orange": "ff8c00 ff7f50 ffaf3c",
    "yellow": "ffff00 ffd700 f0e68c daa520",
    "green": "008000 143c1e 98fb98 5a692d 2e8b57 00ff00",
    "blue": "0000ff 00006e 191970 4169e1 6496eb 87ceeb 4682b4 008080 00c8dc",
    "purple": "800080 4b0082 9370db dda0dd c864d2",
}
_NAME_OF: Mapping[Lab, str] = {
    lab_of(*bytes.fromhex(sample)): name for name, samples in _SAMPLES.items() for sample in samples.split()
}


def name_of(red: float, green: float, blue: float) -> str:
    """Name the nearest of the samples: one of the eleven basic colours, or beige. Channels are 0..255."""
    colour = lab_of(red, green, blue)
    return _NAME_OF[min(_NAME_OF, key=lambda sample: math.dist(sample, colour))]
