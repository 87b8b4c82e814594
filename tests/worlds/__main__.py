"""Prints what photos find in each world, and in each pair: `python -m tests.worlds [--pairs]`."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from tests.worlds.retrieval import CHOICES, DEFAULT, Choice, fitted, found_share
from tests.worlds.worlds import EVERYDAY, PAIRS, WORLDS, World

OF_RETRIEVAL = frozenset({"filters", "long-parameter", "sums", "sum-limit", "filter-only", "facet-ratio"})
"""The probes whose answers change what photos find, or may."""


def figures(world: World, choices: Sequence[Choice] = CHOICES) -> tuple[float, float, float, Choice, Choice]:
    """Found by default, as recommended, and at best, with the settings of the last two."""
    advised = fitted(world)
    shares = {choice: found_share(world, choice) for choice in {DEFAULT, advised, *choices}}
    best = max(shares, key=shares.__getitem__)
    return shares[DEFAULT], shares[advised], shares[best], advised, best


def main() -> int:
    """Print a line for each world."""
    worlds = [(each.name, each) for each in (EVERYDAY, *WORLDS) if each.probe in {"", *OF_RETRIEVAL}]
    if "--pairs" in sys.argv:
        worlds = [
            (f"{one.name} + {other.name}", both)
            for one, other in PAIRS
            if {one.probe, other.probe} <= OF_RETRIEVAL and (both := one.beside(other))
        ]
    for name, world in worlds:
        default, advised, best, settings, optimum = figures(world)
        sys.stdout.write(
            f"{name or 'as expected'}: by default {default:.1f} %, recommended {advised:.1f} %, best"
            f" {best:.1f} %\n  recommended {settings}\n  best {optimum}\n"
        )
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
