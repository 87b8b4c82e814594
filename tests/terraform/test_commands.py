"""The commands a user runs, on the module as it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.terraform.cases import FOLDERS, OWN_MODELS, values, write_bundles
from tests.terraform.harness import MODULE, Module, Terraform, cloned

ALGOLIA = "modules/algolia-index"
OTHER = "fedcba987654"


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


def test_enrich_can_be_updated_alone_and_search_after_it(run: Terraform, tree: Path, tmp_path: Path) -> None:
    module = Module(run, cloned(tree, tmp_path / "terraform"))
    module.init()
    planned(module, values(OWN_MODELS, module.folder, write_bundles(tmp_path)))
    module.applied()
    release = values(OWN_MODELS, module.folder, write_bundles(tmp_path, OTHER), OTHER)
    assert planned(module, release, "-target=module.enrich") == {"module.enrich"}
    module.applied()
    assert planned(module, release) == {"module.search"}


def planned(module: Module, values: Mapping[str, Any], *options: str) -> set[str]:
    """The modules of which the plan changes something, the root as the empty one."""
    answer = module.plan(values, *options)
    assert answer.code == 0, answer.output
    changed = (
        each for each in module.planned()["resource_changes"] if each["change"]["actions"] != ["no-op"]
    )
    return {each.get("module_address", "") for each in changed if each["mode"] == "managed"}
