"""ICC profiles written by hand, and what they mean, computed without any library of colors.

Layout: ICC.1:2001-04 and ICC.1:2010, sections 6 to 10. Primaries and curves: as published, on Bruce
Lindbloom's page "RGB Working Space Information" and in the specifications of those that are younger.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

D50 = np.array([0.9642, 1.0, 0.8249])
D65, _C, _E = (0.3127, 0.3290), (0.31006, 0.31616), (1 / 3, 1 / 3)
D50_XY = (0.34567, 0.35850)

_BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])

_SRGB_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
_BT709_CURVE = (1 / 0.45, 1 / 1.099, 0.099 / 1.099, 1 / 4.5, 0.081)
_LSTAR_CURVE = (3.0, 1 / 1.16, 0.16 / 1.16, 27 / 24389 * 100, 0.08)

Curve = float | tuple[float, float, float, float, float]
"""A gamma; or gamma, a, b, c, d of (a x + b) ** gamma, and c x below d."""


@dataclass(frozen=True, slots=True)
class Space:
    """A color space by its primaries, its white, and the curve of its levels; `points` make that a table."""

    name: str
    primaries: tuple[tuple[float, float], ...]
    white: tuple[float, float]
    curve: Curve
    version: int = 4
    points: int = 0

    def matrix(self) -> Numbers:
        """From linear levels to XYZ under D50, as in a profile."""
        columns = np.stack([_xyz(point) for point in self.primaries], axis=1)
        scaled: Numbers = columns * np.linalg.solve(columns, _xyz(self.white))
        return _adapted(_xyz(self.white)) @ scaled

    def profile(self) -> bytes:
        """The profile of a monitor that shows it."""
        return profile(self.tags(), b"RGB ", version=self.version)

    def tags(self) -> dict[bytes, bytes]:
        """What its profile says."""
        curve = curve_tag(self.curve, self.points)
        tags = {b"wtpt": _xyz_tag(D50)}
        for name, column in zip((b"r", b"g", b"b"), self.matrix().T, strict=True):
            tags |= {name + b"XYZ": _xyz_tag(column), name + b"TRC": curve}
        return tags

    def shown(self, levels: Numbers) -> Numbers:
        """Levels, 0..255, in sRGB."""
        return shown_xyz(linear(levels / 255, self.curve) @ self.matrix().T)


_BT709 = ((0.64, 0.33), (0.30, 0.60), (0.15, 0.06))
_P3 = ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060))
_ADOBE = ((0.64, 0.33), (0.21, 0.71), (0.15, 0.06))
_ROMM = ((0.7347, 0.2653), (0.1596, 0.8404), (0.0366, 0.0001))
_APPLE = ((0.625, 0.340), (0.280, 0.595), (0.155, 0.070))
_BT2020 = ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046))
_WIDE = ((0.735, 0.265), (0.115, 0.826), (0.157, 0.018))
_NTSC = ((0.67, 0.33), (0.21, 0.71), (0.14, 0.08))

SRGB = Space("sRGB", _BT709, D65, _SRGB_CURVE)
DISPLAY_P3 = Space("Display P3", _P3, D65, _SRGB_CURVE)
ADOBE_RGB = Space("Adobe RGB", _ADOBE, D65, 563 / 256, version=2)
PROPHOTO = Space("ProPhoto RGB", _ROMM, D50_XY, 1.8)

SPACES = (
    SRGB,
    Space("sRGB by a table", _BT709, D65, _SRGB_CURVE, version=2, points=1024),
    DISPLAY_P3,
    Space("Display P3 by a table", _P3, D65, _SRGB_CURVE, version=2, points=4096),
    ADOBE_RGB,
    PROPHOTO,
    Space("Apple RGB", _APPLE, D65, 1.8, version=2),
    Space("ColorMatch RGB", ((0.630, 0.340), (0.295, 0.605), (0.150, 0.075)), D50_XY, 1.8, version=2),
    Space("ECI RGB v2", _NTSC, D50_XY, _LSTAR_CURVE),
    Space("Wide Gamut RGB", _WIDE, D50_XY, 563 / 256, version=2),
    Space("Rec. 2020", _BT2020, D65, _BT709_CURVE),
    Space("PAL RGB", ((0.64, 0.33), (0.29, 0.60), (0.15, 0.06)), D65, 2.2, version=2),
    Space("NTSC RGB", _NTSC, _C, 2.2, version=2),
    Space("CIE RGB", ((0.735, 0.265), (0.274, 0.717), (0.167, 0.009)), _E, 2.2, version=2, points=1024),
    Space("linear sRGB", _BT709, D65, 1.0),
)

PAPER_AND_INKS: Mapping[tuple[int, ...], tuple[float, float, float]] = {
    (0, 0, 0, 0): (100, 0, 0),
    (1, 0, 0, 0): (55, -37, -50),
    (0, 1, 0, 0): (48, 74, -3),
    (0, 0, 1, 0): (91, -5, 93),
    (1, 1, 0, 0): (24, 17, -46),
    (1, 0, 1, 0): (50, -68, 27),
    (0, 1, 1, 0): (47, 68, 48),
    (1, 1, 1, 0): (23, 0, 0),
    (0, 0, 0, 1): (16, 0, 0),
}
"""Lab of ISO 12647-2's coated paper and of its inks, as overprinted; with black everything else is black."""


@dataclass(frozen=True, slots=True)
class Press:
    """A printing press by a table: each ink at so many levels; between them, inks mix like light."""

    levels: int = 6

    def lab(self, inks: Numbers) -> Numbers:
        """Lab of inks, 0..1."""
        mixed = np.zeros((*inks.shape[:-1], 3))
        for corner in product((0, 1), repeat=4):
            solid = PAPER_AND_INKS.get(corner, (0, 0, 0))
            share = np.where(np.array(corner) == 1, inks, 1 - inks).prod(axis=-1)
            mixed += share[..., None] * xyz_of_lab(np.array(solid, float))
        return lab_of_xyz(mixed)

    def profile(self) -> bytes:
        """The profile that says what paper shows; it cannot be printed with."""
        steps = np.linspace(0, 1, self.levels)
        table = self.lab(np.stack(np.meshgrid(*[steps] * 4, indexing="ij"), axis=-1)).reshape(-1, 3)
        return profile({b"A2B0": table_tag(4, table), b"wtpt": _xyz_tag(D50)}, b"CMYK")

    def shown(self, inks: Numbers) -> Numbers:
        """Inks, 0..255, in sRGB."""
        return shown_xyz(xyz_of_lab(self.lab(inks / 255)))


def gray_profile(gamma: float) -> bytes:
    """The profile of gray with a gamma."""
    return profile({b"wtpt": _xyz_tag(D50), b"kTRC": curve_tag(gamma, 0)}, b"GRAY", version=2)


def profile(
    tags: Mapping[bytes, bytes], space: bytes, *, version: int = 2, kind: bytes = b"", padding: int = 0
) -> bytes:
    """A profile with these tags, and zeros behind them."""
    table, data, at = struct.pack(">I", len(tags)), b"", 132 + 12 * len(tags)
    for name, tag in tags.items():
        table += name + struct.pack(">II", at + len(data), len(tag))
        data += tag + bytes(-len(tag) % 4)
    is_table = b"A2B0" in tags
    header = struct.pack(
        ">I4sI4s4s4s12s4s28x12s48x",
        at + len(data) + padding,
        b"test",
        version << 24,
        kind or (b"prtr" if is_table else b"mntr"),
        space,
        b"Lab " if is_table else b"XYZ ",
        struct.pack(">6H", 2020, 1, 1, 0, 0, 0),
        b"acsp",
        _s15(*D50),
    )
    return header + table + data + bytes(padding)


def linear(levels: Numbers, curve: Curve) -> Numbers:
    """Levels, 0..1, as light."""
    if isinstance(curve, float):
        return np.power(levels, curve)
    gamma, a, b, c, d = curve
    return np.where(levels >= d, np.power(a * levels + b, gamma), c * levels)


def shown_xyz(xyz: Numbers) -> Numbers:
    """XYZ under D50 in sRGB, 0..255; what it cannot show is cut off."""
    light = np.clip(xyz @ np.linalg.inv(SRGB.matrix()).T, 0, 1)
    levels = np.where(light > 0.0031308, 1.055 * light ** (1 / 2.4) - 0.055, 12.92 * light)
    return np.asarray(levels * 255)


def difference(one: Numbers, other: Numbers) -> Numbers:
    """How far apart colors in sRGB look: CIE 1976's Delta E, of which 2.3 is just noticed."""
    lights = (linear(levels / 255, _SRGB_CURVE) for levels in (one, other))
    one_lab, other_lab = (lab_of_xyz(light @ SRGB.matrix().T) for light in lights)
    return np.asarray(np.linalg.norm(one_lab - other_lab, axis=-1))


def xyz_of_lab(lab: Numbers) -> Numbers:
    """By CIE 15, under D50."""
    y = (lab[..., 0] + 16) / 116
    ratios = np.stack((y + lab[..., 1] / 500, y, y - lab[..., 2] / 200), axis=-1)
    return np.asarray(np.where(ratios > 6 / 29, ratios**3, (ratios - 4 / 29) * 3 * (6 / 29) ** 2) * D50)


def lab_of_xyz(xyz: Numbers) -> Numbers:
    """By CIE 15, under D50."""
    ratios = xyz / D50
    roots = np.where(ratios > (6 / 29) ** 3, np.cbrt(ratios), ratios * (29 / 6) ** 2 / 3 + 4 / 29)
    x, y, z = np.moveaxis(roots, -1, 0)
    return np.stack((116 * y - 16, 500 * (x - y), 200 * (y - z)), axis=-1)


def _xyz(point: tuple[float, float]) -> Numbers:
    x, y = point
    return np.array([x / y, 1.0, (1 - x - y) / y])


def _adapted(white: Numbers) -> Numbers:
    scale = np.diag((_BRADFORD @ D50) / (_BRADFORD @ white))
    return np.asarray(np.linalg.inv(_BRADFORD) @ scale @ _BRADFORD)


def _s15(*numbers: float) -> bytes:
    return struct.pack(f">{len(numbers)}i", *(round(number * 65536) for number in numbers))


def _xyz_tag(xyz: Numbers) -> bytes:
    return b"XYZ \0\0\0\0" + _s15(*xyz)


def curve_tag(curve: Curve, points: int) -> bytes:
    """A curve, as a table of so many points unless that is none."""
    if points:
        table = np.rint(linear(np.linspace(0, 1, points), curve) * 65535).astype(">u2")
        return b"curv\0\0\0\0" + struct.pack(">I", points) + table.tobytes()
    if isinstance(curve, float):
        return b"curv\0\0\0\0" + struct.pack(">IH", 1, round(curve * 256))
    return b"para\0\0\0\0" + struct.pack(">HH", 3, 0) + _s15(*curve)


def table_tag(inputs: int, lab: Numbers) -> bytes:
    """Lab of all mixtures of so many inputs, each at equally many levels."""
    levels = round(len(lab) ** (1 / inputs))
    scaled = lab * [655.36 * 0.99609375, 256, 256] + [0, 32768, 32768]
    encoded = np.rint(scaled).clip(0, 65535).astype(">u2")
    straight = struct.pack(">HH", 0, 65535)
    return b"".join(
        (
            b"mft2\0\0\0\0",
            struct.pack(">BBBx", inputs, 3, levels),
            _s15(1, 0, 0, 0, 1, 0, 0, 0, 1),
            struct.pack(">HH", 2, 2),
            straight * inputs,
            encoded.tobytes(),
            straight * 3,
        )
    )
