"""Finds the Terraform to test with: an installed one, or the one in the environment of these checks."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.terraform.standins import INTERPRETER

LEAST = (1, 9)
MISSING = (
    "terraform is missing: `make test` installs one on macOS and on Linux (x86-64); elsewhere install"
    " Terraform 1.9 or later, https://developer.hashicorp.com/terraform/install, and put it on the PATH"
)
_PACKAGED = Path(__file__).with_name("packaged.py")


@dataclass(frozen=True)
class Found:
    """How to call it, and what it says of itself."""

    command: tuple[str, ...]
    version: tuple[int, ...]
    platform: str


def find(path: str | None = None, interpreter: Path = INTERPRETER) -> Found:
    """The one on `path` if it is new enough, else the packaged one; the test fails where there is neither."""
    installed = shutil.which("terraform", path=path)
    candidates = [(installed,)] if installed else []
    for command in (*candidates, (str(interpreter), "-I", str(_PACKAGED))):
        found = _asked(command)
        if found and found.version >= LEAST:
            return found
    pytest.fail(MISSING)


def _asked(command: Sequence[str]) -> Found | None:
    try:
        told = subprocess.run([*command, "version", "-json"], env={}, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    answer = json.loads(told.stdout)
    version = tuple(int(part) for part in answer["terraform_version"].partition("-")[0].split("."))
    return Found(tuple(command), version, answer["platform"])
