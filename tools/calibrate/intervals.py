"""How far a share of photos may be off.

The exact bounds of Clopper and Pearson, "The use of confidence or fiducial limits illustrated in the case of
the binomial" (1934): they hold at least as often as they say. Photos count as independent of one another.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

CONFIDENCE = 0.95

_HALVINGS = 50
"""More than six digits take."""


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many, at least one."""

    count: int
    of: int

    @property
    def value(self) -> float:
        """The share, 0..1."""
        return self.count / self.of

    @property
    def below(self) -> float:
        """The true share is not larger, with `CONFIDENCE`."""
        return upper(self.count, self.of, 1 - CONFIDENCE)

    @property
    def interval(self) -> tuple[float, float]:
        """The true share lies within, with `CONFIDENCE`."""
        tail = (1 - CONFIDENCE) / 2
        return 1 - upper(self.of - self.count, self.of, tail), upper(self.count, self.of, tail)


def upper(count: int, of: int, tail: float) -> float:
    """Return the share, 0..1, at which `count` or fewer of `of` come about with the probability `tail`."""
    if count >= of:
        return 1.0
    low, high = count / of, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if _at_most(count, of, middle) > tail:
            low = middle
        else:
            high = middle
    return high


def fewest(rate: float) -> int:
    """How many photos, none of them accepted, show with `CONFIDENCE` that no more than `rate` are."""
    return math.ceil(math.log(1 - CONFIDENCE) / math.log1p(-rate))


def _at_most(count: int, of: int, share: float) -> float:
    """The binomial distribution's sum, by logarithms: its terms may be too small for a number."""
    numbers = np.arange(count)
    steps = np.log((of - numbers) / (numbers + 1)) + math.log(share) - math.log1p(-share)
    terms = np.concatenate([[0.0], np.cumsum(steps)]) + of * math.log1p(-share)
    return float(np.exp(terms).sum())
