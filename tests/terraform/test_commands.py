"""The commands of whoever writes the module, on the module as it is; a user's are those of the pages."""

from __future__ import annotations

import re
from pathlib import Path

from tests.terraform.harness import MODULE, Module, Terraform


def test_every_file_is_formatted(run: Terraform) -> None:
    assert run.needed(MODULE, "fmt", "-check", "-recursive", "-no-color") == ""


def test_the_modules_own_tests_pass(run: Terraform, tree: Path) -> None:
    module = Module(run, tree)
    module.init()
    passed = re.search(r"Success! (\d+) passed, 0 failed", run.needed(tree, "test", "-no-color"))
    assert passed
    assert int(passed[1]) > 0
