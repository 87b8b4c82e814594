"""Each deliberate mistake is caught, by what it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.terraform import environment, rules
from tests.terraform.carelessness import CARELESSNESS
from tests.terraform.cases import EVERYTHING, Case, deployed
from tests.terraform.expecting import grants_are_on_the_list
from tests.terraform.harness import MODULE, Module, Terraform, copied
from tests.terraform.mistakes import Mistake, plant
from tests.terraform.spelling import NEWER, SPELLING


@pytest.fixture(scope="module")
def careless(run: Terraform, bundles: Path, tmp_path_factory: pytest.TempPathFactory) -> Case:
    """A deployment that Terraform accepts and nobody should: all mistakes at once, as none hides another."""
    tree = copied(MODULE, tmp_path_factory.mktemp("careless") / "terraform")
    plant(tree, CARELESSNESS)
    return deployed(EVERYTHING, run, tree, bundles)


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


@pytest.mark.parametrize("mistake", CARELESSNESS, ids=lambda each: each.name)
def test_a_rule_catches(careless: Case, mistake: Mistake) -> None:
    named = {rule.__name__: rule for rule in (*rules.RULES, *environment.RULES, grants_are_on_the_list)}
    assert any(mistake.says in fault for fault in named[mistake.caught_by](careless))


@pytest.mark.parametrize("rule", [*rules.RULES, *environment.RULES], ids=lambda rule: rule.__name__)
def test_every_rule_has_caught_something(rule: rules.Rule) -> None:
    assert rule.__name__ in {mistake.caught_by for mistake in CARELESSNESS}
