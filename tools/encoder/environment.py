"""The environment that torch runs in: this one where it is installed, else one of its own that uv makes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path

from devstack.environment import REPOSITORY, child_environment
from tools.bundle.requirements import find_uv
from tools.encoder.towers import Tower, refusal
from tools.exits import Ended, Exit
from tools.output import note

LIBRARIES = ("torch", "timm", "transformers", "onnxscript")
DOWNLOAD = "about 280 MB to download, 1.1 GB on disk"
"""Measured on Linux, x86-64."""

_FOLDER = REPOSITORY / ".cache" / "encoder"
_OFFLINE = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"}

Export = Callable[[Tower, Sequence[Path], Path], None]
"""Writes a tower and what it says of pictures into a folder, as `tools.encoder.export` does."""


def export(tower: Tower, pictures: Sequence[Path], out: Path) -> None:
    """Run the export, without the network; raises `Ended`."""
    words = (tower.kind, tower.name, tower.weights.resolve(), out, *pictures)
    python = sys.executable if all(map(find_spec, LIBRARIES)) else _made(_FOLDER)
    note(f"Exports {tower.name} from {tower.weights} ...")
    ran(python, "tools.encoder.export", words, f"{tower.weights} cannot be exported")


def ran(python: str, module: str, words: Sequence[object], problem: str) -> str:
    """Run a module of ours in a process of its own, and return what it prints; raises `Ended`."""
    command = (python, "-m", module, *map(str, words))
    env = child_environment(_OFFLINE)
    done = subprocess.run(command, cwd=REPOSITORY, env=env, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        told = done.stderr.strip().splitlines() or [f"it ended with {done.returncode}"]
        raise refusal(f"{problem}: {told[-1]}")
    return done.stdout


def _made(folder: Path) -> str:
    if not folder.is_dir():
        note(f"Makes an environment for torch in {folder}: {DOWNLOAD} ...")
    for command in uv_commands(find_uv(REPOSITORY), folder):
        if subprocess.run(command, env=os.environ, check=False).returncode:  # noqa: S603 no shell
            raise Ended(Exit.MISCONFIGURED, f"{folder} could not be made; uv says above why")
    return str(folder / "bin" / "python")


def uv_commands(uv: str, folder: Path) -> Sequence[Sequence[str]]:
    """Return the commands that make the environment, and do nothing where it is made.

    There is no lock as the checks of Terraform have one: on Linux it would name torch for CUDA, 5.5 GB on
    disk, while `--torch-backend` chooses the builds for a CPU everywhere.
    """
    requirements = str(Path(__file__).with_name("requirements.txt"))
    where = ("--python", str(folder / "bin" / "python"))
    return (
        (uv, "venv", "--quiet", "--allow-existing", "--python", sys.executable, str(folder)),
        (uv, "pip", "install", "--quiet", *where, "--torch-backend", "cpu", "--requirements", requirements),
    )
