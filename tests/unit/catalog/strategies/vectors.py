"""Directions for tests."""

from __future__ import annotations

import math
import random

from shared.model import Vector


def direction(seed: int, dimensions: int = 256, noise: float = 0.0) -> Vector:
    """A vector of unit length; `noise` is the length of what is added to it."""
    vector = _drawn(random.Random(seed), dimensions)  # noqa: S311 directions, not secrets
    added = _drawn(random.Random(-1 - seed), dimensions)  # noqa: S311 the same
    return unit([x + noise * y for x, y in zip(vector, added, strict=True)])


def unit(values: list[float]) -> Vector:
    """Scale to unit length."""
    length = math.hypot(*values)
    return tuple(x / length for x in values)


def _drawn(chance: random.Random, dimensions: int) -> Vector:
    return unit([chance.gauss(0, 1) for _ in range(dimensions)])
