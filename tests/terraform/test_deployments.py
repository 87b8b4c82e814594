"""What holds for each deployment: the module with everything in it, and every example."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from shared.attribute_names import DEFAULT_NAMES
from shared.settings import EnrichSettings
from tests.terraform import confining, environment
from tests.terraform.cases import EVERYTHING, FOLDERS, values
from tests.terraform.conftest import CaseOf
from tests.terraform.expecting import addresses, expected, granted
from tests.terraform.kinds import EVERY_RULE
from tests.terraform.rules import PUBLIC, Rule
from tests.terraform.sizing import PLACES
from tools.wiring import QueueSettings, TopicSettings

TERRAFORM = Path(__file__).parents[2] / "terraform"
ALL = pytest.mark.parametrize("name", FOLDERS)


@ALL
@pytest.mark.parametrize("rule", EVERY_RULE, ids=lambda rule: rule.__name__)
def test_a_deployment_keeps_the_rules(case: CaseOf, name: str, rule: Rule) -> None:
    assert list(rule(case(name))) == []


@ALL
def test_a_plan_lists_what_a_reviewer_expects_and_nothing_more(case: CaseOf, name: str) -> None:
    assert addresses(case(name)) == expected(case(name), "resources")


@pytest.mark.parametrize("name", [name for name, folder in FOLDERS.items() if folder != "."])
def test_a_second_plan_changes_nothing(case: CaseOf, bundles: Path, name: str) -> None:
    module = case(name).module
    answer = module.plan(values(name, module.folder, bundles), "-detailed-exitcode")
    assert answer.code == 0, answer.output


@ALL
def test_who_may_do_what_is_on_the_list(case: CaseOf, name: str) -> None:
    assert granted(case(name)) == expected(case(name), "grants")


def test_every_size_is_given_once_and_differs_from_its_default(case: CaseOf) -> None:
    given, minimal = case(EVERYTHING).plan["variables"], case("existing-bucket")
    for name, place in PLACES.items():
        variable, _, key = name.partition(".")
        assert key in given[variable]["value"]
        assert name == "backfill.image" or str(place(minimal)) != str(given[variable]["value"][key])


@ALL
def test_those_that_are_called_public_are(case: CaseOf, name: str) -> None:
    assert any("allUsers" in line for line in granted(case(name))) is (name in PUBLIC)


@pytest.mark.parametrize("wish", confining.WISHES)
def test_who_wishes_nothing_gets_nothing(case: CaseOf, wish: str) -> None:
    assert {*confining.wished(case("minimal"), wish).values()} == {None}


def test_defaults_are_those_of_the_classes(case: CaseOf) -> None:
    assert environment.changed_defaults(case("minimal")) == environment.ON_PURPOSE


def test_an_operator_is_told_what_the_command_line_reads(case: CaseOf) -> None:
    told = case("minimal").state["values"]["outputs"]["visual_search"]["value"]["operator_env"]
    environment_of_operator = {**told, "ALGOLIA_API_KEY": "dummy"}
    for read_by in (EnrichSettings, TopicSettings, QueueSettings):
        read_by.from_env(environment_of_operator)
    assert "ALGOLIA_API_KEY" not in told


def test_the_attributes_that_can_be_renamed_are_those_that_the_functions_know() -> None:
    text = (TERRAFORM / "functions.tf").read_text(encoding="utf-8")
    listed = re.search(r"attributes = \[(.*)\]", text)
    assert listed is not None
    assert re.findall(r'"(\w+)"', listed[1]) == sorted(DEFAULT_NAMES.by_default_name())
