from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from shared.loading import installing
from tools.exits import Ended, Exit, check_installed


def test_a_missing_library_is_named_with_what_to_run() -> None:
    check_installed()
    packages = {"json": "json", "no_such_library": "no-such", "no_other": "another"}
    with pytest.raises(Ended) as ended:
        check_installed(packages)
    assert (
        str(ended.value) == f"this command needs no-such and another; run: {installing('no-such', 'another')}"
    )
    assert ended.value.code == Exit.MISCONFIGURED


def test_what_is_missing_is_installed_by_set_up_and_without_a_checkout_by_pip(tmp_path: Path) -> None:
    folder = tmp_path / "my shop"
    assert installing("scipy", "onnx", checkout=folder) == "pip install scipy onnx"
    folder.mkdir()
    (folder / "Makefile").touch()
    assert installing("scipy", "onnx", checkout=folder) == f"make -C '{folder}' setup"


def test_the_command_line_loads_without_the_libraries() -> None:
    code = "import sys, tools.cli; print({'scipy', 'sklearn', 'numpy'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout == b"set()\n"
