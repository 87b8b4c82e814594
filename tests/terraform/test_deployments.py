"""What holds for each deployment: the module with everything in it, and every example."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from shared.settings import EnrichSettings
from tests.terraform import environment
from tests.terraform.cases import ALL, FOLDERS, Case, deployed
from tests.terraform.expecting import expected, the_list_has_every_line
from tests.terraform.given import OWN_MODELS
from tests.terraform.harness import Terraform
from tests.terraform.kinds import RULES
from tests.terraform.rules import PUBLIC
from tools.wiring import QueueSettings, TopicSettings

CaseOf = Callable[[str], Case]


@pytest.fixture(scope="module")
def case(run: Terraform, tree: Path, bundles: Path) -> CaseOf:
    """A deployment by its name, applied once."""
    return cache(lambda name: deployed(name, run, tree, bundles))


@pytest.mark.parametrize("name", ALL)
def test_a_deployment_keeps_the_rules(case: CaseOf, name: str) -> None:
    rules = RULES if name in FOLDERS else {"the list": the_list_has_every_line}
    faults = [f"{rule}: {fault}" for rule, told in rules.items() for fault in told(case(name))]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("name", ["minimal", OWN_MODELS, "public-behind-load-balancer"])
def test_a_second_plan_changes_nothing(case: CaseOf, name: str) -> None:
    answer = case(name).module.plan(case(name).given, "-detailed-exitcode")
    assert answer.code == 0, answer.output


def test_those_that_are_called_public_are() -> None:
    assert {name for name in FOLDERS if any("allUsers" in line for line in expected(name))} == PUBLIC


def test_defaults_are_those_of_the_classes(case: CaseOf) -> None:
    assert environment.changed_defaults(case("minimal")) == environment.ON_PURPOSE


def test_an_operator_is_told_what_the_command_line_reads(case: CaseOf) -> None:
    told = case("minimal").state["values"]["outputs"]["visual_search"]["value"]["operator_env"]
    for read_by in (EnrichSettings, TopicSettings, QueueSettings):
        read_by.from_env({**told, "ALGOLIA_API_KEY": "dummy"})
    assert "ALGOLIA_API_KEY" not in told
