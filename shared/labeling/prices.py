"""What a recognizer costs, by its published price list; pure."""

from __future__ import annotations

from dataclasses import dataclass

_PER = 1_000


@dataclass(frozen=True, slots=True)
class Tier:
    """Calls of a month up to the `upto`-th cost `price` USD per 1,000; None is without end."""

    upto: int | None
    price: float


@dataclass(frozen=True, slots=True)
class PriceList:
    """A published list: its page's name and the month it was read, and its tiers in order."""

    source: str
    tiers: tuple[Tier, ...]

    @property
    def free(self) -> int:
        """Calls that a month begins with for nothing."""
        first = self.tiers[0]
        return 0 if first.price or first.upto is None else first.upto

    def cost(self, calls: int, before: int = 0) -> float:
        """USD for so many calls after `before` others in the same month."""
        total, done, end = 0.0, before, before + calls
        for tier in self.tiers:
            here = min(end, tier.upto if tier.upto is not None else end)
            total += max(here - done, 0) * tier.price / _PER
            done = max(done, here)
        return total
