from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.terraform.cases import Case, deployed, write_bundles
from tests.terraform.harness import MODULE, Terraform, copied, terraform

CaseOf = Callable[[str], Case]


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terraform]:
    with terraform(tmp_path_factory.mktemp("home")) as running:
        yield running


@pytest.fixture(scope="session")
def bundles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_bundles(tmp_path_factory.mktemp("bundles"))


@pytest.fixture(scope="session")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of terraform/, for everything that changes nothing in it."""
    return copied(MODULE, tmp_path_factory.mktemp("tree") / "terraform")


@pytest.fixture(scope="session")
def case(run: Terraform, tree: Path, bundles: Path) -> CaseOf:
    """A deployment by its name, planned and applied once."""
    return cache(lambda name: deployed(name, run, tree, bundles))
