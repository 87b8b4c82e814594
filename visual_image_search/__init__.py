"""The program `visual-search`; in a wheel the packages that it is made of lie beside this file."""

from __future__ import annotations

import signal
import sys
from pathlib import Path


def main() -> None:
    """Run the operator's command line."""
    sys.path.insert(0, str(Path(__file__).parent))
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # while modules are loaded, Ctrl-C needs no traceback
    from tools.cli import main as run  # noqa: PLC0415 only now can it be found

    if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    run()
