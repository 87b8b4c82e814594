"""The libraries that `tools teach` and `tools calibrate` reckon with, and no other command."""

from __future__ import annotations

from importlib.util import find_spec

from tools.exits import Ended, Exit

LIBRARIES = ("scipy", "sklearn")


def check_learning() -> None:
    """Say what to install before any work is done; raises `Ended`."""
    if missing := [library for library in LIBRARIES if find_spec(library) is None]:
        needed = " and ".join(missing)
        message = f"this command needs the library {needed}; install it with: uv sync --group learning"
        raise Ended(Exit.MISCONFIGURED, message)
