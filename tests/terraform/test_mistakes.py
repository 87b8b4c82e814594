"""Each deliberate mistake is caught, by what it says."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from tests.terraform.cases import Case, deployed
from tests.terraform.expecting import grants_are_on_the_list
from tests.terraform.harness import MODULE, Module, Terraform, copied
from tests.terraform.kinds import EVERY_RULE, PLANTED, TREES, table
from tests.terraform.mistakes import Mistake, plant
from tests.terraform.rules import Rule
from tests.terraform.spelling import NEWER, SPELLING


@pytest.fixture(scope="module")
def careless(
    run: Terraform, bundles: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[Mistake], Case]:
    """A deployment that Terraform accepts and nobody should, with all mistakes of a tree."""

    @cache
    def planted(mistakes: tuple[Mistake, ...]) -> Case:
        tree = copied(MODULE, tmp_path_factory.mktemp("careless") / "terraform")
        plant(tree, mistakes)
        return deployed(TREES[mistakes], run, tree, bundles)

    return lambda mistake: planted(next(tree for tree in TREES if mistake in tree))


@pytest.mark.parametrize("mistake", SPELLING, ids=lambda each: each.name)
def test_terraform_catches(run: Terraform, tmp_path: Path, mistake: Mistake) -> None:
    module = Module(run, copied(MODULE, tmp_path / "terraform"))
    plant(module.folder, [mistake])
    module.init()
    answer = module.validate()
    assert answer.code != 0
    assert mistake.says in answer.text


def test_a_version_of_the_provider_that_is_not_there_is_refused(run: Terraform, tmp_path: Path) -> None:
    tree = copied(MODULE, tmp_path / "terraform")
    plant(tree, [NEWER])
    answer = run(tree, "init", "-backend=false", "-no-color")
    assert answer.code != 0
    assert NEWER.says in answer.text


@pytest.mark.parametrize("mistake", PLANTED, ids=lambda each: each.name)
def test_a_rule_catches(careless: Callable[[Mistake], Case], mistake: Mistake) -> None:
    named = {rule.__name__: rule for rule in (*EVERY_RULE, grants_are_on_the_list)}
    assert any(mistake.says in fault for fault in named[mistake.caught_by](careless(mistake)))


@pytest.mark.parametrize("rule", EVERY_RULE, ids=lambda rule: rule.__name__)
def test_every_rule_has_caught_something(rule: Rule) -> None:
    assert rule.__name__ in {mistake.caught_by for mistake in PLANTED}, table()


def test_the_table_of_kinds_names_every_mistake_that_a_rule_of_a_kind_catches() -> None:
    sys.stdout.write(table())
    rules = {rule.__name__ for rule in EVERY_RULE}
    assert all(mistake.name in table() for mistake in PLANTED if mistake.caught_by in rules)
