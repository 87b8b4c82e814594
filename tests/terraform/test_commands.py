"""The commands a user runs, on the module as it is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.terraform.cases import FOLDERS
from tests.terraform.harness import MODULE, Module, Terraform, cloned, terraform

ALGOLIA = "modules/algolia-index"


def test_every_file_is_formatted(run: Terraform) -> None:
    assert run.needed(MODULE, "fmt", "-check", "-recursive", "-no-color") == ""


@pytest.mark.parametrize("folder", [*FOLDERS.values(), ALGOLIA])
def test_a_module_is_valid(run: Terraform, tree: Path, folder: str) -> None:
    module = Module(run, tree / folder)
    module.init()
    answer = module.validate()
    assert answer.code == 0, answer.output


def test_the_modules_own_tests_pass(run: Terraform, tree: Path, tmp_path: Path) -> None:
    module = Module(run, cloned(tree, tmp_path / "terraform"))
    module.init()
    passed = re.search(r"Success! (\d+) passed, 0 failed", run.needed(module.folder, "test", "-no-color"))
    assert passed
    assert int(passed[1]) > 0


def test_without_terraform_a_test_fails_and_says_what_to_install(tmp_path: Path) -> None:
    told = pytest.raises(pytest.fail.Exception, match=r"install Terraform 1\.9 or later.* CI must have it")
    with told, terraform(tmp_path, path=str(tmp_path)):
        pass
