"""Our commands as programs that run beside a test."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from devstack.environment import REPOSITORY, child_environment


@contextmanager
def running(*words: str) -> Iterator[subprocess.Popen[str]]:
    """A module with its arguments while the block lasts; what it prints comes from its standard output."""
    process = subprocess.Popen(
        [sys.executable, "-m", *words],
        env=child_environment(),
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()
