from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from zipfile import ZipFile

import pytest
from click.testing import CliRunner, Result

from devstack.environment import REPOSITORY, child_environment
from tools.bundle.contents import BundleSource
from tools.bundle.requirements import find_uv
from tools.cli import cli


@dataclass(frozen=True)
class Built:
    """What `visual-search bundle` wrote into a folder."""

    folder: Path

    @property
    def variables(self) -> dict[str, str]:
        """What Terraform is told."""
        found: dict[str, str] = json.loads((self.folder / "bundles.auto.tfvars.json").read_text())["bundles"]
        return found

    def archive(self, function: str) -> Path:
        return Path(self.variables[function])

    def contents(self, function: str) -> dict[str, bytes]:
        with ZipFile(self.archive(function)) as packed:
            return {name: packed.read(name) for name in packed.namelist()}

    def unpacked(self, function: str) -> Path:
        folder = self.folder / f"unpacked {function}"
        with ZipFile(self.archive(function)) as packed:
            packed.extractall(folder)
        return folder


@dataclass(frozen=True)
class Venv:
    """An environment that holds what a bundle asks for and nothing else."""

    folder: Path

    def program(self, name: str) -> str:
        return str(self.folder / "bin" / name)

    def python(self, code: str, cwd: Path) -> str:
        """What the code prints."""
        command = [self.program("python"), "-c", code]
        done = subprocess.run(command, cwd=cwd, env=clean(), capture_output=True, text=True, check=True)
        return done.stdout

    def installed(self) -> dict[str, str]:
        """Version by name."""
        code = (
            "import importlib.metadata as m, json\n"
            "print(json.dumps({d.name.lower().replace('_', '-'): d.version for d in m.distributions()}))"
        )
        found: dict[str, str] = json.loads(self.python(code, self.folder))
        return found


def clean(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a process that must not see the repository."""
    env = child_environment(extra)
    del env["PYTHONPATH"]
    return env


def run_bundle(out: Path, *words: str, source: BundleSource | None = None) -> Result:
    return CliRunner(env=child_environment()).invoke(cli, ["bundle", "--out", str(out), *words], obj=source)


def build(out: Path, *words: str) -> Built:
    result = run_bundle(out, *words)
    assert result.exit_code == 0, result.output
    return Built(out)


@pytest.fixture(scope="session")
def bundles(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Built]:
    """Bundles of a recognizer and an encoder, built once for all tests."""

    @cache
    def made(recognizer: str = "google-vision", encoder: str = "embedded") -> Built:
        out = tmp_path_factory.mktemp(f"{recognizer} {encoder}")
        return build(out, "--recognizer", recognizer, "--encoder", encoder)

    return made


@pytest.fixture(scope="session")
def venv(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Venv]:
    """Environments of dependency groups as the lock has them, out of uv's cache."""

    @cache
    def made(*groups: str) -> Venv:
        folder = tmp_path_factory.mktemp("venv") / "-".join(groups)
        chosen = [part for group in groups for part in ("--only-group", group)]
        command = [find_uv(REPOSITORY), "sync", "--frozen", "--no-install-project", *chosen]
        command += ["--python", sys.executable, "--quiet"]
        env = child_environment({"UV_PROJECT_ENVIRONMENT": str(folder)})
        subprocess.run(command, cwd=REPOSITORY, env=env, check=True)
        return Venv(folder)

    return made
