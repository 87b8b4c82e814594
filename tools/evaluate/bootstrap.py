"""How far a mean over queries may be off: percentile bootstrap intervals.

Efron and Tibshirani, "An Introduction to the Bootstrap" (1993), chapter 13. Precision is a mean of shares and
not a share, and two strategies are compared on the same queries, so the exact bounds of `tools.shares` do not
hold here. The seed is fixed, so that two runs agree, and strategies meet the same draws of queries.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tools.evaluate.metrics import Values

SEED = 20_260_101
RESAMPLES = 2_000
CONFIDENCE = 0.95

_DRAWN_AT_ONCE = 2_000_000
"""Counts held in memory at a time, 8 bytes each."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean and the interval that holds it with `CONFIDENCE`; NaN, all three, where nothing was measured."""

    value: float
    low: float
    high: float

    @property
    def known(self) -> bool:
        """Whether there is a number."""
        return not math.isnan(self.value)


def estimates(values: Values, resamples: int = RESAMPLES, seed: int = SEED) -> list[Estimate]:
    """Return an estimate for each column of `values`, of shape [queries, columns]."""
    queries, columns = values.shape
    if not queries:
        return [Estimate(np.nan, np.nan, np.nan)] * columns
    means = _resampled_means(values, resamples, np.random.default_rng(seed))
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(means, [tail, 1 - tail], axis=0)
    middle = values.mean(axis=0)
    # Rounding can put the mean of equal values a hair outside their interval.
    bounds = np.stack([middle, np.minimum(low, middle), np.maximum(high, middle)], axis=1)
    return [Estimate(*each) for each in bounds.tolist()]


def _resampled_means(values: Values, resamples: int, chance: np.random.Generator) -> NDArray[np.float64]:
    """Means of shape [resamples, columns]: how often each query is drawn, times what it is worth."""
    queries = len(values)
    share = np.full(queries, 1 / queries)
    step = max(1, _DRAWN_AT_ONCE // queries)
    sizes = [min(step, resamples - start) for start in range(0, resamples, step)]
    return np.concatenate([chance.multinomial(queries, share, size) @ values for size in sizes]) / queries
