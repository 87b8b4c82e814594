"""A function deployed by hand, as the guide shows it, is made as the module makes it by default."""

from __future__ import annotations

import shlex
from pathlib import Path
from string import Template

import pytest

from tests import pages
from tests.terraform.cases import Case, deployed
from tests.terraform.environment import ON_PURPOSE
from tests.terraform.given import PROJECT
from tests.terraform.harness import Terraform

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
UNSET = {*ON_PURPOSE, "GOOGLE_CLOUD_PROJECT", "PICTURE_TOPIC"}
"""Variables whose default is right by hand, or that are for what only the module makes."""


@pytest.fixture(scope="module")
def minimal(run: Terraform, tree: Path, bundles: Path) -> Case:
    return deployed("minimal", run, tree, bundles)


def options(function: str) -> dict[str, str]:
    """Those of the line that deploys a function."""
    lines = [line for block in pages.blocks("docs/operations.md", *pages.SHELL) for line in block.statements]
    [line] = [line for line in lines if f"functions deploy visual-search-{function} " in line]
    words = shlex.split(Template(line).safe_substitute(SHELL))
    return {name: value for name, _, value in (word.removeprefix("--").partition("=") for word in words)}


def variables(told: str) -> dict[str, str]:
    return dict(each.split("=", 1) for each in told.split(","))


@pytest.mark.parametrize("function", ["enrich", "search"])
def test_a_function_by_hand_is_as_the_module_makes_it(minimal: Case, function: str) -> None:
    given = options(function)
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
