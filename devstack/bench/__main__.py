"""`python -m devstack.bench`: every comparison in turn; fails when one misses its target."""

from __future__ import annotations

import sys

from devstack.bench import (
    algolia_engine,
    backfill,
    enriching,
    hostile_clients,
    labeling,
    photo,
    preparing,
    recognizer_down,
    searching,
    together,
    waiting,
)
from devstack.environment import MODEL


def main() -> int:
    """Run all; 1 when any target was missed."""
    speeds = [photo.main(), preparing.main(), labeling.main(["--model", str(MODEL)]), algolia_engine.main()]
    enrichment = [enriching.main(), waiting.main(), together.main(), backfill.main()]
    return max(*speeds, *enrichment, searching.main(), recognizer_down.main(), hostile_clients.main())


if __name__ == "__main__":
    sys.exit(main())
