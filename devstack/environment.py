"""The environment of a child: only what it needs, so that no real credential or proxy gets in."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from devstack.processes import Command

REPOSITORY = Path(__file__).resolve().parents[1]

MODEL = REPOSITORY / ".cache" / "efficientnet-lite1.onnx"
SAMPLE = REPOSITORY / ".cache" / "sample"
SHOP = REPOSITORY / ".cache" / "shop"
"""The embedded model, the demo's catalog and the demo's built shop, as `make setup` leaves them."""


_INHERITED = ("HOME", "JAVA_HOME", "LANG", "LC_ALL", "PATH", "TMPDIR", "TZ")


def child_environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the variables every child gets, and `extra` on top."""
    inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    own = {
        # Google's libraries look in the home directory and on the network for credentials otherwise.
        "CLOUDSDK_CONFIG": os.devnull,
        "NO_GCE_CHECK": "true",
        "PYTHONPATH": str(REPOSITORY),
        "PYTHONUNBUFFERED": "1",
        "VISUAL_SEARCH_PROFILE": os.devnull,
    }
    return {**inherited, **own, **(extra or {})}


def python_command(
    name: str,
    words: Sequence[str],
    ports: tuple[int, ...],
    healthy: Callable[[], bool],
    extra: Mapping[str, str] | None = None,
) -> Command:
    """Return how to run `python -m WORDS` from the repository, with the variables `extra`."""
    argv = (sys.executable, "-m", *words)
    return Command(name, argv, healthy, child_environment(extra), ports, REPOSITORY)
