"""Raise one storm by hand: `python -m tests.storm --seed 7 --products 300`."""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from devstack.standins import stand_ins
from tests.storm.options import StormOptions
from tests.storm.running import run


def main(argv: Sequence[str] | None = None) -> int:
    options = StormOptions.from_env()
    parser = argparse.ArgumentParser(prog="python -m tests.storm", description=__doc__)
    parser.add_argument("--seed", type=int, default=options.seed)
    parser.add_argument("--products", type=int, default=options.products)
    parser.add_argument("--recognizer", choices=list(stand_ins()), default=options.recognizer)
    parser.add_argument("--logs", type=Path, help="empty folder for logs (default: a temporary one)")
    given = parser.parse_args(argv)
    # Every refused delivery is a warning, and a storm has thousands.
    logging.getLogger("devstack").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory(prefix="storm-") as folder:
        chosen = replace(options, seed=given.seed, products=given.products, recognizer=given.recognizer)
        report = run(chosen, given.logs or Path(folder))
    sys.stdout.write(str(report))
    return 1 if report.complaints else 0


if __name__ == "__main__":
    sys.exit(main())
