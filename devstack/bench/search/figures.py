"""What is made of the times measured, and how it is printed."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Target:
    """What was reached of what was aimed at; `least` says that the limit may not be fallen short of."""

    claim: str
    reached: float
    limit: float
    unit: str = ""
    least: bool = False

    @property
    def met(self) -> bool:
        """Whether it was reached."""
        return self.reached >= self.limit if self.least else self.reached <= self.limit

    def __str__(self) -> str:
        bound = "at least" if self.least else "at most"
        verdict = "met" if self.met else "MISSED"
        return f"{self.claim}: {self.reached:.4g}{self.unit}, {bound} {self.limit:g}{self.unit}: {verdict}"


def median_ms(seconds: Sequence[float]) -> float:
    """Return the median in milliseconds."""
    return 1_000 * statistics.median(seconds)


def p99_ms(seconds: Sequence[float]) -> float:
    """Return in milliseconds what 99 in 100 stay below; takes two figures at least."""
    return 1_000 * statistics.quantiles(seconds, n=100, method="inclusive")[-1]


def say(line: str = "") -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def row(name: str, *cells: float | str) -> str:
    """Return a line of a table."""
    return f"  {name:<14}" + "".join(
        f"{cell:>14.2f}" if isinstance(cell, float) else f"{cell:>14}" for cell in cells
    )
