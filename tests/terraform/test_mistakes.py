"""Each deliberate mistake is caught, by what it says."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from tests.terraform.cases import Case, deployed
from tests.terraform.harness import MODULE, Terraform, copied
from tests.terraform.kinds import RULES, table
from tests.terraform.mistakes import PLANTED, Mistake, plant

NEWER = Mistake("init", "newer", "versions.tf", "terraform", r">= 7\.43, < 9\.0", ">= 9.0, < 10.0", "")
TREES = [tree for tree in PLANTED if tree != "spelling"]
"""Each is a case."""


@pytest.fixture(scope="module")
def careless(
    run: Terraform, bundles: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Case]:
    """A deployment that Terraform accepts and nobody should, with all mistakes of a table."""

    @cache
    def made(tree: str) -> Case:
        folder = copied(MODULE, tmp_path_factory.mktemp(tree) / "terraform")
        plant(folder, PLANTED[tree])
        return deployed(tree, run, folder, bundles)

    return made


@pytest.mark.parametrize(
    ("tree", "mistake"),
    [pytest.param(tree, each, id=each.name) for tree in TREES for each in PLANTED[tree]],
)
def test_a_rule_catches(careless: Callable[[str], Case], tree: str, mistake: Mistake) -> None:
    faults = list(RULES[mistake.caught_by](careless(tree)))
    assert any(mistake.says in fault for fault in faults), faults


def test_every_rule_has_caught_something() -> None:
    print(f"\n{table()}")  # noqa: T201 the table of kinds, with -s or -rP
    assert RULES.keys() == {each.caught_by for tree in TREES for each in PLANTED[tree]}


def test_terraform_catches_what_is_misspelled(run: Terraform, tmp_path: Path) -> None:
    folder = copied(MODULE, tmp_path / "terraform")
    plant(folder, PLANTED["spelling"])
    run.needed(folder, "init", "-backend=false", "-no-color")
    answer = run(folder, "validate", "-no-color")
    assert [each.name for each in PLANTED["spelling"] if each.says not in answer.text] == []


def test_a_version_of_the_provider_that_is_not_there_is_refused(run: Terraform, tmp_path: Path) -> None:
    folder = copied(MODULE, tmp_path / "terraform")
    plant(folder, [NEWER])
    answer = run(folder, "init", "-backend=false", "-no-color")
    assert answer.code != 0
    assert "no available releases match the given constraints" in answer.text
