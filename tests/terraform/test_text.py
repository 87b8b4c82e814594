"""What the module's files say in several places, or like another file."""

from __future__ import annotations

import re

from shared.attribute_names import DEFAULT_NAMES
from tests.terraform.finding import LEAST
from tests.terraform.harness import MODULE, Terraform
from tests.terraform.standins import OLDEST, PROVIDERS, version

TEXT = "\n".join(file.read_text("utf-8") for file in MODULE.rglob("*.tf"))


def test_every_file_is_formatted(run: Terraform) -> None:
    assert run.needed(MODULE, "fmt", "-check", "-recursive", "-no-color") == ""


def test_the_least_terraform_is_the_same_wherever_it_stands() -> None:
    assert {*re.findall(r'required_version = "(.*)"', TEXT)} == {f">= {'.'.join(map(str, LEAST))}"}


def test_the_range_of_googles_provider_has_the_ends_that_are_tried_wherever_it_stands() -> None:
    least, most = (version(each["hashicorp/google"]).split(".") for each in (OLDEST, PROVIDERS))
    ranges = {*re.findall(r'"hashicorp/google"\n +version = "(.*)"', TEXT)}
    assert ranges == {f">= {least[0]}.{least[1]}, < {int(most[0]) + 1}.0"}


def test_the_attributes_that_can_be_renamed_are_those_that_the_functions_know() -> None:
    [listed] = re.findall(r"attributes = \[(.*)\]", (MODULE / "variables_catalog.tf").read_text("utf-8"))
    assert re.findall(r'"(\w+)"', listed) == sorted(DEFAULT_NAMES.by_default_name())
