"""How telling a label is: one that half the catalogue carries says less than one that few products carry."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

FLOOR = 0.1
"""The least rarity, so that the commonest label still counts for more than a mandatory filter's one point."""


@dataclass(frozen=True, slots=True)
class LabelCounts:
    """How many records the index holds, and how many of them carry each label; names are case-folded."""

    records: int = 0
    by_label: Mapping[str, int] = field(default_factory=dict)

    def rarity(self, name: str) -> float:
        """`FLOOR`..1: the inverse document frequency, 1 for a label that no record is known to carry.

        log((1 + N) / (1 + n)) / log(1 + N): the smoothed form of Sparck Jones's weighting (1972), scaled.
        """
        if self.records < 1:
            return 1.0
        carrying = min(self.by_label.get(name.casefold(), 0), self.records)
        return max(FLOOR, math.log((1 + self.records) / (1 + carrying)) / math.log(1 + self.records))


NOTHING_KNOWN = LabelCounts()
"""Every label counts the same."""
