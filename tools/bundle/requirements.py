"""The libraries that a bundle has to have installed, to the exact version that was tested."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from tools.exits import Ended, Exit

_OWN_UV = Path(".cache/uv/bin/uv")
"""The place to which `make setup` puts uv on a machine without it."""

_PLAIN = ("--no-header", "--no-annotate", "--no-emit-project")


def find_uv(repository: Path, env: Mapping[str, str] = os.environ) -> str:
    """Return the program: the one that runs us, else the path's, else set-up's; raises `Ended`."""
    own = repository / _OWN_UV
    found = (
        env.get("UV") or shutil.which("uv", path=env.get("PATH", "")) or (str(own) if own.is_file() else "")
    )
    if not found:
        raise Ended(Exit.MISCONFIGURED, "uv is missing: run make setup")
    return found


def exported(uv: str, repository: Path, groups: Sequence[str]) -> bytes:
    """Return the lock's versions of these dependency groups as a requirements.txt; raises `Ended`.

    Markers stay, so that it says the right thing to another Python than ours. Hashes do not: with them pip
    refuses whatever the platform's build adds without one.
    """
    chosen = (part for group in groups for part in ("--only-group", group))
    command = (uv, "export", "--quiet", "--frozen", "--no-hashes", *_PLAIN, *chosen)
    try:
        done = subprocess.run(command, cwd=repository, capture_output=True, check=False)  # noqa: S603 no shell
    except OSError as error:
        raise Ended(Exit.MISCONFIGURED, f"{uv} cannot be run ({error.strerror}): run make setup") from error
    if done.returncode:
        told = done.stderr.decode(errors="replace").strip()
        raise Ended(Exit.BAD_DATA, f"the lock does not give what to install; uv says: {told}")
    return done.stdout
