"""Which Terraform the checks run, and what they say where there is none."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.terraform.finding import LEAST, find

NOWHERE = Path("/nowhere/python")
NONE_HERE = pytest.raises(pytest.fail.Exception, match=r"`make test` installs one.*Terraform 1\.9 or")


def installed(folder: Path, version: str) -> str:
    """A path on which a Terraform says that it is of this version."""
    said = json.dumps({"terraform_version": version, "platform": "linux_amd64"})
    program = folder / "terraform"
    program.write_text(f"#!/bin/sh\necho '{said}'\n", encoding="utf-8")
    program.chmod(0o755)
    return str(folder)


@pytest.mark.parametrize("version", ["1.9.0", "1.10.0-rc1", "2.0.0"])
def test_an_installed_one_is_preferred(tmp_path: Path, version: str) -> None:
    assert find(installed(tmp_path, version)).command == (str(tmp_path / "terraform"),)


@pytest.mark.parametrize("path", ["nothing", "old", "broken"])
def test_where_none_will_do_the_packaged_one_runs(tmp_path: Path, path: str) -> None:
    if path == "old":
        installed(tmp_path, "1.8.5")
    elif path == "broken":
        (tmp_path / "terraform").touch(0o755)
    found = find(str(tmp_path))
    assert Path(found.command[-1]).name == "packaged.py"
    assert found.version >= LEAST


@pytest.mark.parametrize("interpreter", [NOWHERE, Path(sys.executable)], ids=["not set up", "not packaged"])
def test_where_there_is_none_at_all_a_test_fails_and_says_what_to_do(
    tmp_path: Path, interpreter: Path
) -> None:
    with NONE_HERE:
        find(str(tmp_path), interpreter)
