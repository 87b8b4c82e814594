"""The program `visual-search`; in a wheel the packages that it is made of lie beside this file."""

from __future__ import annotations

import sys
from pathlib import Path


def main() -> None:
    """Run the operator's command line."""
    sys.path.insert(0, str(Path(__file__).parent))
    from tools.cli import main as run  # noqa: PLC0415 only now can it be found

    run()
