"""The oldest of Google's provider that the module allows will do; every other test has the newest."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.terraform.cases import FOLDERS
from tests.terraform.given import EVERYTHING, OWN_MODELS, values
from tests.terraform.harness import MODULE, Module, Terraform, copied, terraform
from tests.terraform.standins import OLDEST


@pytest.fixture(scope="module")
def oldest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terraform]:
    with terraform(tmp_path_factory.mktemp("home"), OLDEST) as running:
        yield running


@pytest.mark.parametrize("name", [EVERYTHING, OWN_MODELS, "public-behind-load-balancer"])
def test_the_oldest_plans_whatever_there_is(
    oldest: Terraform, bundles: Path, tmp_path: Path, name: str
) -> None:
    """What other examples make is made here, too."""
    module = Module(oldest, copied(MODULE, tmp_path / "terraform") / FOLDERS[name])
    module.init()
    answer = module.plan(values(name, module.folder, bundles))
    assert answer.code == 0, answer.output
