"""Projections that nobody fitted."""

from __future__ import annotations

import numpy as np

from shared.labeling.projection import Projection


def chance_projection(encoder_id: str, dimensions: int, outputs: int, seed: int = 0) -> Projection:
    """A projection drawn by chance."""
    chance = np.random.default_rng(seed)
    matrix = chance.normal(size=(outputs, dimensions))
    return Projection(encoder_id, chance.normal(size=dimensions) / dimensions, matrix)
