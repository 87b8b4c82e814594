"""That requirements.txt is all a function needs, here and on the platform's Python."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.tags import Tag, compatible_tags, cpython_tags
from packaging.utils import parse_wheel_filename

from devstack.environment import REPOSITORY
from tests.bundle.conftest import Built, Venv

Bundles = Callable[..., Built]
Venvs = Callable[..., Venv]
GROUPS = ("google-vision", "embedded")
FOREIGN = {"enrich": set[str](), "search": {"google-cloud-pubsub"}}
NEVER = {"hypothesis", "mypy", "onnx", "pytest", "rich", "ruff", "schemathesis"}
HERE = {name: str(value) for name, value in default_environment().items()}
RUNTIME = (3, 13)
"""python313 of Cloud Run functions, which stands on Ubuntu 22.04 and its glibc 2.35."""
LINUX_313 = {
    "implementation_name": "cpython",
    "platform_machine": "x86_64",
    "platform_python_implementation": "CPython",
    "platform_system": "Linux",
    "python_full_version": "3.13.0",
    "python_version": "3.13",
    "sys_platform": "linux",
}
PLATFORMS = [*(f"manylinux_2_{minor}_x86_64" for minor in range(35, 4, -1)), "manylinux2014_x86_64"]


def requirements(built: Built, function: str) -> list[Requirement]:
    lines = built.contents(function)["requirements.txt"].decode().splitlines()
    return [Requirement(line) for line in lines]


def pinned(wanted: list[Requirement], env: Mapping[str, str]) -> dict[str, str]:
    """Version by name, where markers are true."""
    there = [each for each in wanted if each.marker is None or each.marker.evaluate(env)]
    return {each.name: next(iter(each.specifier)).version for each in there}


@pytest.mark.parametrize("function", FOREIGN)
def test_a_clean_environment_holds_what_is_required_to_the_version(
    bundles: Bundles, venv: Venvs, function: str
) -> None:
    installed = venv(function, *GROUPS).installed()
    assert installed == pinned(requirements(bundles(), function), HERE)
    assert not (FOREIGN[function] | NEVER) & installed.keys()


@pytest.mark.parametrize("function", FOREIGN)
def test_shared_is_the_bundles_own(bundles: Bundles, venv: Venvs, function: str) -> None:
    folder = bundles().unpacked(function)
    told = venv(function, *GROUPS).python("import shared; print(shared.__file__)", folder)
    assert told.strip() == str(folder / "shared" / "__init__.py")


@cache
def locked() -> Mapping[tuple[str, str], Mapping[str, Any]]:
    """The lock's packages by name and version."""
    packages = tomllib.loads((REPOSITORY / "uv.lock").read_text())["package"]
    return {(package["name"], package.get("version", "")): package for package in packages}


def wheels(name: str, version: str) -> Iterator[frozenset[Tag]]:
    """What each wheel of a package runs on."""
    for wheel in locked()[name, version]["wheels"]:
        yield parse_wheel_filename(wheel["url"].rpartition("/")[2])[3]


@pytest.mark.parametrize("function", FOREIGN)
def test_the_platforms_python_finds_a_wheel_of_everything(bundles: Bundles, function: str) -> None:
    runs = {*cpython_tags(RUNTIME, platforms=PLATFORMS), *compatible_tags(RUNTIME, "cp313", PLATFORMS)}
    found = pinned(requirements(bundles(), function), LINUX_313)
    assert {"functions-framework", "grpcio", "numpy", "onnxruntime"} <= found.keys()
    assert [name for name, at in found.items() if not any(runs & tags for tags in wheels(name, at))] == []
