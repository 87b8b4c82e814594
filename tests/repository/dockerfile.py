"""The steps of a Dockerfile in an empty folder, which stands for the image's file system.

Not run: what the base image and Debian bring (`FROM`, apt-get, pip, chown), `USER`, and `--no-cache`, which
changes what is downloaded and not what is installed.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from devstack.environment import REPOSITORY, child_environment
from tests.e2e.programs import printing
from tests.tracked import tracked
from tools.bundle.requirements import find_uv

OF_THE_BASE = re.compile(r"(apt-get|pip|chown) ")
KNOWN = {"FROM", "WORKDIR", "COPY", "ENV", "RUN", "USER", "CMD", "ENTRYPOINT"}


def instructions(text: str) -> list[tuple[str, str]]:
    """Each instruction and its arguments, without comments and with continued lines joined."""
    lines = re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).replace("\\\n", " ").splitlines()
    found = [(name, rest.strip()) for name, _, rest in (line.partition(" ") for line in lines if line)]
    assert {name for name, _ in found} <= KNOWN
    return found


def _environment() -> dict[str, str]:
    uv = find_uv(REPOSITORY)
    path = f"{Path(uv).parent}:{os.environ['PATH']}"
    env = child_environment({"PATH": path, "UV_PYTHON": sys.executable, "UV_OFFLINE": "1"})
    # The image does not see the checkout.
    del env["PYTHONPATH"]
    return env


@dataclass
class Image:
    """The files below `root` that the steps of a Dockerfile make, and the program that it starts."""

    root: Path
    context: Path = REPOSITORY
    env: dict[str, str] = field(default_factory=_environment)
    folder: PurePosixPath = field(default_factory=lambda: PurePosixPath("/"))
    program: Sequence[str] = ()

    def build(self, file: str) -> None:
        """Follow the file; a step that fails fails the test, with what it wrote."""
        for name, rest in instructions((self.context / file).read_text()):
            self._follow(name, rest)

    def _follow(self, name: str, rest: str) -> None:
        if name == "WORKDIR":
            self.folder = PurePosixPath(rest)
            self.place(rest).mkdir(parents=True, exist_ok=True)
        elif name == "ENV":
            self.env |= dict(word.partition("=")[::2] for word in shlex.split(rest))
        elif name == "COPY":
            *sources, target = (word for word in rest.split() if not word.startswith("--"))
            self._copy(sources, target)
        elif name == "RUN" and not OF_THE_BASE.match(rest):
            with self.running("sh", "-ec", rest.replace("--no-cache", "")) as step:
                told, _ = step.communicate(timeout=300)
            assert step.returncode == 0, f"{rest}\n{told}"
        elif name in {"CMD", "ENTRYPOINT"}:
            self.program = re.findall(r'"([^"]+)"', rest)

    def place(self, path: str) -> Path:
        """An absolute path of the image, or one in its present folder."""
        return self.root / str(self.folder / path).lstrip("/")

    def _copy(self, sources: Sequence[str], target: str) -> None:
        """Copy what is in the context; of the checkout, what is in Git or named although it is not."""
        for source in sources:
            whole = len(sources) > 1 or target.endswith(("/", "."))
            for name in self._files(source):
                inside = PurePosixPath(name).relative_to(source) if name != source else ""
                place = self.place(target) / (inside or (PurePosixPath(name).name if whole else ""))
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(self.context / name, place)
                # Nothing that is installed already may be taken for stale and be installed again.
                os.utime(place, (0, 0))

    def _files(self, source: str) -> Sequence[str]:
        if self.context == REPOSITORY:
            return tracked(source) or [source]
        below = (self.context / source).rglob("*") if (self.context / source).is_dir() else ()
        return [str(path.relative_to(self.context)) for path in below if path.is_file()] or [source]

    def running(self, *words: str) -> AbstractContextManager[subprocess.Popen[str]]:
        """A program in the image while the block lasts, see `printing`."""
        argv = [str(self.place(word)) if word.startswith("/") else word for word in words]
        return printing(argv, self.place("."), self.env)
