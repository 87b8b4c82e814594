"""What holds for each deployment: the module with everything in it, and every example."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from shared.attribute_names import DEFAULT_NAMES
from shared.settings import EnrichSettings
from tests.terraform import confining, environment
from tests.terraform.cases import EVERYTHING, FOLDERS, Case, deployed
from tests.terraform.expecting import expected
from tests.terraform.harness import MODULE, Terraform
from tests.terraform.kinds import RULES
from tests.terraform.rules import PUBLIC
from tests.terraform.sizing import PLACES
from tools.wiring import QueueSettings, TopicSettings

CaseOf = Callable[[str], Case]


@pytest.fixture(scope="module")
def case(run: Terraform, tree: Path, bundles: Path) -> CaseOf:
    """A deployment by its name, applied once."""
    return cache(lambda name: deployed(name, run, tree, bundles))


@pytest.mark.parametrize("name", FOLDERS)
def test_a_deployment_keeps_the_rules(case: CaseOf, name: str) -> None:
    faults = [f"{rule}: {fault}" for rule, told in RULES.items() for fault in told(case(name))]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("name", [name for name, folder in FOLDERS.items() if folder != "."])
def test_a_second_plan_changes_nothing(case: CaseOf, name: str) -> None:
    answer = case(name).module.plan(case(name).given, "-detailed-exitcode")
    assert answer.code == 0, answer.output


def test_every_size_is_given_once_and_differs_from_its_default(case: CaseOf) -> None:
    given, minimal = case(EVERYTHING).given, case("existing-bucket")
    for name, place in PLACES.items():
        variable, _, key = name.partition(".")
        assert name == "backfill.image" or str(place(minimal)) != str(given[variable][key])


def test_those_that_are_called_public_are() -> None:
    assert {name for name in FOLDERS if any("allUsers" in line for line in expected(name))} == PUBLIC.keys()


@pytest.mark.parametrize("wish", confining.WISHES)
def test_who_wishes_nothing_gets_nothing(case: CaseOf, wish: str) -> None:
    assert {*confining.wished(case("minimal"), wish).values()} == {None}


def test_defaults_are_those_of_the_classes(case: CaseOf) -> None:
    assert environment.changed_defaults(case("minimal")) == environment.ON_PURPOSE


def test_an_operator_is_told_what_the_command_line_reads(case: CaseOf) -> None:
    told = case("minimal").state["values"]["outputs"]["visual_search"]["value"]["operator_env"]
    for read_by in (EnrichSettings, TopicSettings, QueueSettings):
        read_by.from_env({**told, "ALGOLIA_API_KEY": "dummy"})
    assert "ALGOLIA_API_KEY" not in told


def test_the_attributes_that_can_be_renamed_are_those_that_the_functions_know() -> None:
    listed = re.search(
        r"attributes = \[(.*)\]", (MODULE / "variables_catalog.tf").read_text(encoding="utf-8")
    )
    assert listed is not None
    assert re.findall(r'"(\w+)"', listed[1]) == sorted(DEFAULT_NAMES.by_default_name())
