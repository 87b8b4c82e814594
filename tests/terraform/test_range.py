"""The oldest and the newest of Google's provider that the module allows are those that it is tried with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.terraform.cases import FOLDERS
from tests.terraform.given import values
from tests.terraform.harness import MODULE, Module, Terraform, copied, terraform
from tests.terraform.standins import OLDEST, PROVIDERS, version


@pytest.fixture(scope="module")
def oldest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terraform]:
    with terraform(tmp_path_factory.mktemp("home"), OLDEST) as running:
        yield running


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied(MODULE, tmp_path_factory.mktemp("oldest") / "terraform")


@pytest.mark.parametrize("name", FOLDERS)
def test_a_deployment_is_applied_by_the_oldest(
    oldest: Terraform, copy: Path, bundles: Path, name: str
) -> None:
    module = Module(oldest, copy / FOLDERS[name])
    module.forget()
    module.init()
    assert "Apply complete!" in module.apply(values(name, module.folder, bundles))


def test_the_range_has_these_ends_wherever_it_stands() -> None:
    least, most = (version(each["hashicorp/google"]).split(".") for each in (OLDEST, PROVIDERS))
    ranges = {
        told
        for file in MODULE.rglob("*.tf")
        for told in re.findall(r'"hashicorp/google"\n +version = "(.*)"', file.read_text("utf-8"))
    }
    assert ranges == {f">= {least[0]}.{least[1]}, < {int(most[0]) + 1}.0"}
