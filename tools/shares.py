"""Shares of pictures, with exact bounds.

The exact bounds of Clopper and Pearson, "The use of confidence or fiducial limits illustrated in the case of
the binomial" (1934): they hold at least as often as they say. Pictures count as independent of one another.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy.stats import binomtest

CONFIDENCE = 0.95


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
        return float(binomtest(self.count, self.of, alternative="less").proportion_ci(CONFIDENCE).high)

    @property
    def low(self) -> float:
        """The true share lies between this and `high`, with `CONFIDENCE`."""
        return float(binomtest(self.count, self.of).proportion_ci(CONFIDENCE).low)

    @property
    def high(self) -> float:
        """See `low`."""
        return float(binomtest(self.count, self.of).proportion_ci(CONFIDENCE).high)


def fewest(rate: float) -> int:
    """The number of photos that, none accepted, show with `CONFIDENCE` that no more than `rate` are."""
    return math.ceil(math.log(1 - CONFIDENCE) / math.log1p(-rate))
