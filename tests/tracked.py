"""The files of the project."""

from __future__ import annotations

import subprocess

from devstack.environment import REPOSITORY


def tracked(*patterns: str) -> list[str]:
    """The paths of what is kept in Git, below the checkout."""
    command = ["git", "-C", str(REPOSITORY), "ls-files", "-z", *patterns]
    names = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [name for name in names.split("\0") if name and (REPOSITORY / name).is_file()]
