"""The colors of a picture as coordinates, beside what the network makes of it.

Kinds of things keep their names in any color, so a network that was trained to name them tells little of
it, and two products may differ in nothing else. The coordinates are a histogram of soft bins in Oklab, made
twice: of the whole square, its middle counting most, and of what differs from the colors of its border. The
light of a photo is taken off first, in the histogram only: a white patch as in Land and McCann, "Lightness
and retinex theory" (1971), with a percentile instead of the brightest pixel. `docs/retrieval.md` says what it
brings.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shared.imaging.oklab import OTHER, SAME, TO_CONES, TO_LAB, linear
from shared.labeling.local import Pixels
from shared.labeling.rotation import rotation

COLORS = 32
"""Coordinates; 16 find nearly as much, 64 no more."""

MEAN = Path(__file__).with_name("color_mean.json")
"""The mean `histogram` of catalog pictures, which `tools.embedded_model.measures` writes: what all pictures
share would otherwise be most of what they tell."""

Floats = NDArray[np.float64]

_EVERY = 4
"""Of each so many rows and columns one is looked at."""

_BITS = 4
"""The leading bits of a channel that tell colors apart: of 4,096 cells, a picture has a few hundred."""

_BRIGHT, _PERCENTILE = 0.85, 0.98
"""Linear light that the percentile of each channel is brought to."""

_LEAST_GAIN, _MOST_GAIN = 0.3, 4.0

_BINS = 3, 5, 5
_LOWEST, _SPAN = np.array([0.0, -0.16, -0.16]), np.array([1.0, 0.32, 0.32])
"""Bins of lightness and of the two others, the first one's middle, and how far the last one's is from it."""

_STRIDES = np.array([_BINS[1] * _BINS[2], _BINS[2], 1])
_CORNERS = np.array([[_STRIDES @ corner] for corner in np.ndindex(2, 2, 2)])
"""Steps to the neighboring bins in the histogram, and to the eight bins around a shade from their first."""

_BORDER = 0.06
"""Width of the border, of the square's side."""

_BORDER_COVERED, _BORDER_COLORS = 0.9, 8
"""The commonest colors that cover so much of it are the background, at most so many."""

_HALF_LIGHTNESS = np.array([0.5, 1.0, 1.0])[:, np.newaxis, np.newaxis]
"""The weights of a difference's three parts, as rows: shadows differ in lightness alone."""

_LEAST = 0.05
"""The weight of what is certainly the background."""


class _Cells(NamedTuple):
    """The colors of a square: linear light of shape [cells, 3], and the pixels, mass and border of each."""

    light: Floats
    pixels: Floats
    mass: Floats
    border: Floats


def color_coordinates(square: Pixels) -> Floats:
    """Return `COLORS` coordinates of unit length for 8-bit RGB of shape [1, side, side, 3]."""
    mean, basis = _frame()
    coordinates = basis @ (histogram(square) - mean)
    length = np.linalg.norm(coordinates)
    return np.asarray(coordinates / length if length else coordinates)


def histogram(square: Pixels) -> Floats:
    """Return the square roots of the bins' shares, of what differs from the border and then of all."""
    cells = _cells(square[0, _EVERY // 2 :: _EVERY, _EVERY // 2 :: _EVERY])
    shades = _oklab(_white_patched(cells))
    masses = np.stack([cells.mass * _difference(shades, cells.border), cells.mass])
    return np.sqrt(_shares(shades, masses))


@cache
def _frame() -> tuple[Floats, Floats]:
    mean = np.array(json.loads(MEAN.read_text(encoding="utf-8")))
    return mean, rotation(mean.size, COLORS)


@cache
def _centers() -> Floats:
    """Linear light of each cell's middle, of shape [cells, 3]."""
    width = 256 >> _BITS
    levels = np.array([linear(width * level + width // 2) for level in range(1 << _BITS)])
    return np.stack(np.meshgrid(levels, levels, levels, indexing="ij"), axis=-1).reshape(-1, 3)


@cache
def _places(side: int) -> tuple[Floats, NDArray[np.bool_]]:
    """The mass of each pixel, falling off from the middle as a parabola, and whether it is of the border."""
    fall = 1 - ((2 * np.arange(side) + 1) / side - 1) ** 2
    width = max(1, round(_BORDER * side))
    border = np.ones((side, side), np.bool_)
    border[width:-width, width:-width] = False
    return np.outer(fall, fall).ravel(), border.ravel()


def _cells(pixels: NDArray[np.uint8]) -> _Cells:
    red, green, blue = (pixels >> (8 - _BITS)).astype(np.intp).transpose(2, 0, 1).reshape(3, -1)
    number = (red << 2 * _BITS) + (green << _BITS) + blue
    mass, border = _places(len(pixels))
    size = 1 << 3 * _BITS
    count = np.bincount(number, minlength=size)
    there = np.flatnonzero(count)
    weighed = np.bincount(number, mass, size)[there].astype(np.float64)
    outer = np.bincount(number[border], minlength=size)[there].astype(np.float64)
    return _Cells(_centers()[there], count[there].astype(np.float64), weighed, outer)


def _white_patched(cells: _Cells) -> Floats:
    """The light, each channel scaled so that its percentile is bright."""
    patched = np.empty_like(cells.light)
    for channel, light in enumerate(cells.light.T):
        order = np.argsort(light, kind="stable")
        passed = np.cumsum(cells.pixels[order])
        bright = light[order[np.searchsorted(passed, _PERCENTILE * passed[-1])]]
        patched[:, channel] = light * np.clip(_BRIGHT / bright, _LEAST_GAIN, _MOST_GAIN)
    return np.minimum(patched, 1.0)


def _oklab(light: Floats) -> Floats:
    roots: Floats = np.cbrt(light @ np.transpose(TO_CONES))
    return np.asarray(roots @ np.transpose(TO_LAB))


def _difference(shades: Floats, border: Floats) -> Floats:
    """Return how surely each shade is none of the border's commonest, `_LEAST`..1."""
    order = np.argsort(-border, kind="stable")[:_BORDER_COLORS]
    covered = np.cumsum(border[order])
    background = shades[order[: 1 + np.searchsorted(covered, _BORDER_COVERED * border.sum())]]
    # numpy works along rows: of all shades in a fifth of the time it takes along three numbers of each.
    rows = np.ascontiguousarray(shades.T)
    apart = rows[:, np.newaxis] - background.T[:, :, np.newaxis]
    apart *= _HALF_LIGHTNESS
    apart *= apart
    nearest = np.sqrt(apart.sum(axis=0)).min(axis=0)
    return np.asarray(np.clip((nearest - SAME) / (OTHER - SAME), _LEAST, 1.0))


def _shares(shades: Floats, masses: Floats) -> Floats:
    """Return the share of each bin, by each row of `masses` in turn.

    A shade counts in the eight bins around it, by how near they are.
    """
    most = np.array(_BINS) - 1.0
    places = np.clip((shades - _LOWEST) / _SPAN, 0.0, 1.0) * most
    lower = np.minimum(np.floor(places), most - 1)
    parts = places - lower
    near = np.stack([1 - parts, parts])
    nearness = np.einsum("ac,bc,dc->abdc", near[:, :, 0], near[:, :, 1], near[:, :, 2]).reshape(8, -1)
    bins = _STRIDES @ lower.astype(np.intp).T + _CORNERS
    shares = [np.bincount(bins.ravel(), (nearness * mass).ravel(), np.prod(_BINS)) for mass in masses]
    return np.concatenate([each / each.sum() for each in shares])
