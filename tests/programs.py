"""Programs that tests run to their end."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

from devstack.environment import REPOSITORY, child_environment

Done = subprocess.CompletedProcess[str]


def ran(
    *command: str | Path,
    cwd: Path = REPOSITORY,
    env: Mapping[str, str] | None = None,
    stdin: TextIO | None = None,
) -> Done:
    """What a program wrote, and its code; by default it has a child's environment."""
    env = child_environment() if env is None else env
    return subprocess.run(
        command, cwd=cwd, env=env, stdin=stdin, capture_output=True, text=True, timeout=600, check=False
    )
