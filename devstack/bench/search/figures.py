"""Figures of measured times, held against targets, and as lines of a table."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from devstack.bench.search.functions import NAMES, Name

Costs = Mapping[str, Mapping[Name, float]]
"""The costs of each function by what they are, in words with their unit."""

_TEN = 10


@dataclass(frozen=True, slots=True)
class Target:
    """A figure reached and its limit, which is the most, or with `least` the least that is allowed."""

    claim: str
    reached: float
    limit: float
    unit: str = ""
    least: bool = False

    @property
    def met(self) -> bool:
        """True where the limit is kept."""
        return self.reached >= self.limit if self.least else self.reached <= self.limit

    def __str__(self) -> str:
        bound = "at least" if self.least else "at most"
        verdict = "met" if self.met else "MISSED"
        return f"{self.claim}: {self.reached:.4g}{self.unit}, {bound} {self.limit:g}{self.unit}: {verdict}"


@dataclass(frozen=True, slots=True)
class Measured:
    """Targets, and costs."""

    targets: Sequence[Target] = ()
    costs: Costs = field(default_factory=dict)

    @classmethod
    def together(cls, parts: Iterable[Measured]) -> Measured:
        """All of them as one, in their order."""
        every = list(parts)
        costs = {what: by_name for part in every for what, by_name in part.costs.items()}
        return cls([target for part in every for target in part.targets], costs)


def table(costs: Costs) -> str:
    """The costs as a table in Markdown, with a dash where a function has none."""
    lines = [["", *NAMES], ["---", *["---:"] * len(NAMES)]]
    for what, by_name in costs.items():
        lines.append([what, *(_short(by_name[name]) if name in by_name else "-" for name in NAMES)])
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _short(value: float) -> str:
    """Two digits that count at least."""
    return f"{value:.0f}" if abs(value) >= _TEN else f"{value:.2g}"


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


def verdict(targets: Sequence[Target]) -> int:
    """Print each target; return 1 when one is missed, else 0."""
    for target in targets:
        say(f"   {target}")
    return 0 if all(target.met for target in targets) else 1
