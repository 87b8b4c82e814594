"""Prints what photos find in each world, or in each pair of them: `python -m tests.worlds [--pairs]`."""

from __future__ import annotations

import sys

from tests.worlds.comparing import compared, crowded, singles
from tests.worlds.retrieval import CHOICES


def main() -> int:
    """Print a line for each world, and the settings behind its figures."""
    for name, world in crowded(2) if "--pairs" in sys.argv else singles():
        found = compared(world, CHOICES)
        sys.stdout.write(f"{name}: {found.figures}\n  recommended {found.advised}\n  best {found.optimum}\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
