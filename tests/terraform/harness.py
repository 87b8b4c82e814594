"""Runs the unmodified Terraform on a copy of the module, with no account and no network.

The copy has no lock files: they would hold the real provider's checksums.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.programs import ran
from tests.terraform.finding import find
from tests.terraform.standins import PROVIDERS, ROOT, Schemas, lay, serving

MODULE = ROOT / "terraform"
_LEFT_OUT = shutil.ignore_patterns(".terraform", ".terraform.lock.hcl", "*.tfstate*", "*.auto.tfvars*")


@dataclass(frozen=True)
class Answer:
    """What a command said."""

    code: int
    output: str

    @property
    def text(self) -> str:
        """The output as one line of words, without the frame that Terraform draws around a message."""
        return " ".join(self.output.replace("│", " ").replace("╷", " ").replace("╵", " ").split())


@dataclass(frozen=True)
class Terraform:
    """How to call it, and the variables that keep it on this machine."""

    program: tuple[str, ...]
    variables: Mapping[str, str]
    standins: str
    """Where the stand-ins are served."""

    def __call__(self, folder: Path, *arguments: str) -> Answer:
        """Run a command in a folder."""
        # `init` must look for the providers itself, or it would not compare their versions.
        reattach = {} if arguments[0] == "init" else {"TF_REATTACH_PROVIDERS": self.standins}
        command = [*self.program, f"-chdir={folder}", *arguments]
        done = ran(*command, env={**self.variables, **reattach})
        return Answer(done.returncode, done.stdout + done.stderr)

    def needed(self, folder: Path, *arguments: str) -> str:
        """Run a command that must succeed; what it said."""
        answer = self(folder, *arguments)
        assert answer.code == 0, f"terraform {' '.join(arguments)} in {folder}:\n{answer.output}"
        return answer.output


@dataclass(frozen=True)
class Module:
    """One module of a copy, with what it needs to be planned."""

    terraform: Terraform
    folder: Path

    def forget(self) -> None:
        """Leave behind what was applied here before: another deployment begins with nothing."""
        for state in self.folder.glob("terraform.tfstate*"):
            state.unlink()

    def init(self) -> None:
        """Link the providers and the modules it calls."""
        self.terraform.needed(self.folder, "init", "-backend=false", "-no-color")

    def plan(self, variables: Mapping[str, Any], *options: str) -> Answer:
        """Plan with these values, into the file `plan`."""
        return self.terraform(self.folder, "plan", "-no-color", self._given(variables), "-out=plan", *options)

    def apply(self, variables: Mapping[str, Any], *options: str) -> str:
        """Plan and apply with these values, with the made-up answers of the stand-in; what it said."""
        given = self._given(variables)
        return self.terraform.needed(self.folder, "apply", "-no-color", "-auto-approve", given, *options)

    def _given(self, variables: Mapping[str, Any]) -> str:
        file = self.folder / "values.tfvars.json"
        file.write_text(json.dumps(variables), encoding="utf-8")
        return f"-var-file={file}"

    def shown(self, *plan: str) -> dict[str, Any]:
        """What was applied, or the plan in a file."""
        shown: dict[str, Any] = json.loads(self.terraform.needed(self.folder, "show", "-json", *plan))
        return shown


@contextmanager
def terraform(home: Path, providers: Schemas = PROVIDERS) -> Iterator[Terraform]:
    """Terraform with its home in a folder of the test's own."""
    found = find()
    settings = lay(home, found.platform, providers)
    variables = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "TF_CLI_CONFIG_FILE": str(settings),
        "TF_IN_AUTOMATION": "1",
        "TF_INPUT": "0",
        "CHECKPOINT_DISABLE": "1",
        "GOGC": "400",  # a short life needs little collecting of garbage
    }
    with serving(providers) as standins:
        yield Terraform(found.command, variables, standins)


def copied(source: Path, to: Path) -> Path:
    """A copy of the module and everything below it, as a fresh checkout has it."""
    return Path(shutil.copytree(source, to, ignore=_LEFT_OUT))


def cloned(source: Path, to: Path) -> Path:
    """A copy that needs no `init` any more."""
    return Path(shutil.copytree(source, to, symlinks=True))
