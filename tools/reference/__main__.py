"""Writes the tables in `docs/`: `python -m tools.reference`, or checks them: `--check`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from tools.reference.pages import stale, write

_ROOT = Path(__file__).parents[2]


def main(argv: Sequence[str] | None = None) -> int:
    """Write what is stale; with --check only say so and return 1."""
    parser = argparse.ArgumentParser(prog="python -m tools.reference", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; end with 1 if a page is stale")
    check: bool = parser.parse_args(argv).check
    found = list(stale(_ROOT))
    if not check:
        write(_ROOT)
    for path in found:
        sys.stdout.write(f"{path}: {'stale, run make docs' if check else 'written'}\n")
    return int(check and bool(found))


if __name__ == "__main__":
    sys.exit(main())
