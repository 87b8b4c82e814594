"""A run of the local stack: its folder, with logs and a profile, and commands to try on it."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from shlex import join

from rich.console import Console

from devstack.environment import REPOSITORY

_RUNS = REPOSITORY / ".cache" / "runs"
_KEPT = 5
_PROFILE = "visual-search.toml"


def new_folder(runs: Path = _RUNS) -> Path:
    """A new folder for a run; those of the last few stay, to be looked at, and of all that have not ended."""
    folder = runs / f"{time.strftime('%Y-%m-%d-%H%M%S')}-{os.getpid()}"
    folder.mkdir(parents=True)
    for older in sorted(runs.iterdir())[:-_KEPT]:
        if not _is_running(older.name.rpartition("-")[2]):
            shutil.rmtree(older, ignore_errors=True)
    return folder


def _is_running(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except (ValueError, OSError) as error:
        return isinstance(error, PermissionError)
    return True


def write_profile(folder: Path, variables: Mapping[str, str]) -> Path:
    """Write a profile of the command line that its owner only can read, for it has keys."""
    path = folder / _PROFILE
    lines = [
        f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in variables.items() if value
    ]
    path.touch(0o600)
    path.write_text("".join(lines), encoding="utf-8")
    return path


def show(out: Console, profile: Path, *commands: Sequence[str]) -> None:
    """Print where logs and profile are, and the commands."""
    path = _from_here(profile)
    told = [
        "",
        'Learn the commands on it, from another terminal here, after: export PATH="$PWD/.venv/bin:$PATH"',
        *(f"  {join(['visual-search', *words, '--profile', str(path)])}" for words in commands),
        "",
        f"Logs: {path.parent}   (Ctrl-C ends everything)",
    ]
    out.print("\n".join(told), markup=False, highlight=False, soft_wrap=True)


def _from_here(path: Path) -> Path:
    here, there = Path.cwd(), path.resolve()
    return there.relative_to(here) if there.is_relative_to(here) else there
