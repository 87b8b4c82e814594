"""What holds for each deployment: the module with everything in it, every example, and one by hand."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from functools import cache
from pathlib import Path
from string import Template

import pytest

from shared.settings import EnrichSettings
from tests import pages
from tests.terraform import environment
from tests.terraform.cases import ALL, FOLDERS, Case, deployed
from tests.terraform.expecting import expected, the_list_has_every_line
from tests.terraform.given import OWN_MODELS, PROJECT
from tests.terraform.harness import Terraform
from tests.terraform.kinds import RULES
from tests.terraform.rules import PUBLIC
from tools.wiring import QueueSettings, TopicSettings

CaseOf = Callable[[str], Case]
SHELL = {
    "PROJECT": PROJECT,
    "REGION": "europe-west1",
    "AT": f"{PROJECT}.iam.gserviceaccount.com",
    "APP": "YOURAPPID",
}
OPTIONS = {
    "memory": "available_memory",
    "cpu": "available_cpu",
    "concurrency": "max_instance_request_concurrency",
    "max-instances": "max_instance_count",
    "timeout": "timeout_seconds",
    "ingress-settings": "ingress_settings",
    "service-account": "service_account_email",
    "runtime": "runtime",
    "entry-point": "entry_point",
    "build-service-account": "service_account",
    "docker-repository": "docker_repository",
}
"""The options of gcloud, by what the provider calls them."""
INGRESS = {"internal-only": "ALLOW_INTERNAL_ONLY", "internal-and-gclb": "ALLOW_INTERNAL_AND_GCLB"}
UNSET = {*environment.ON_PURPOSE, "GOOGLE_CLOUD_PROJECT", "PICTURE_TOPIC"}
"""Variables whose default is right by hand, or that are for what only the module makes."""


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


def options(function: str) -> dict[str, str]:
    """Those of the line that deploys a function."""
    lines = [line for block in pages.blocks("docs/operations.md", *pages.SHELL) for line in block.statements]
    [line] = [line for line in lines if f"functions deploy visual-search-{function} " in line]
    words = shlex.split(Template(line).safe_substitute(SHELL))
    return {name: value for name, _, value in (word.removeprefix("--").partition("=") for word in words)}


def variables(told: str) -> dict[str, str]:
    return dict(each.split("=", 1) for each in told.split(","))


@pytest.mark.parametrize("function", ["enrich", "search"])
def test_a_function_by_hand_is_as_the_module_makes_it(case: CaseOf, function: str) -> None:
    """Of the guide, without the module, against what the module makes by default."""
    given, minimal = options(function), case("minimal")
    resources = minimal.of("cloudfunctions2_function")
    [built] = [
        build for each in resources if (build := each.values["build_config"][0])["entry_point"] == function
    ]
    planned = {**built, **minimal.function(function)}
    as_planned = {name: str(planned[field]) for name, field in OPTIONS.items()}
    by_hand = {name: INGRESS.get(given[name], given[name]) for name in OPTIONS}
    assert {**by_hand, "timeout": by_hand["timeout"].removesuffix("s")} == as_planned
    env = minimal.environment(function)
    told = variables(given["set-env-vars"])
    assert told.keys() == env.keys() - UNSET
    assert told["THREADS"] == env["THREADS"]
    assert variables(given["set-secrets"]).keys() == minimal.secrets(function)
