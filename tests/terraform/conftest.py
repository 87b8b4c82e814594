from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.terraform.given import write_bundles
from tests.terraform.harness import MODULE, Terraform, copied, terraform


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
