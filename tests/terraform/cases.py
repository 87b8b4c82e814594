"""What is planned: the root with every variable given, with two kinds of recognizer, and each example."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.terraform.given import EVERYTHING, NAME, OWN_MODELS, values
from tests.terraform.harness import Module, Terraform

FOLDERS: Mapping[str, str] = {
    EVERYTHING: ".",
    OWN_MODELS: ".",
    "minimal": "examples/minimal",
    "existing-bucket": "examples/existing-bucket",
    "rekognition": "examples/rekognition",
    "public-storefront": "examples/public-storefront",
    "public-behind-load-balancer": "examples/public-behind-load-balancer",
    "enterprise": "examples/enterprise",
}
ALL: Mapping[str, str] = {**FOLDERS, "algolia-index": "modules/algolia-index"}
"""With what is no deployment of the two functions."""


@dataclass(frozen=True)
class Resource:
    """A resource as it is after the plan was applied, with made-up answers of the cloud."""

    address: str
    type: str
    values: Mapping[str, Any]
    after: frozenset[str]
    """The places of all that is made before it."""

    @property
    def place(self) -> str:
        """The address without keys."""
        return re.sub(r"\[(\d+|\"[^\"]*\")\]", "", self.address)

    def comes_after(self, place: str) -> bool:
        """Whether it is made after what has this place, in whichever module."""
        return any(each.endswith(place) for each in self.after)


@dataclass(frozen=True)
class Case:
    """One deployment: what its variables are, and what is there after an apply."""

    name: str
    tree: Path
    module: Module
    given: Mapping[str, Any]
    state: Mapping[str, Any]

    @property
    def called(self) -> str:
        """What every name begins with."""
        name: str = self.given.get("name", NAME)
        return name

    @cached_property
    def resources(self) -> tuple[Resource, ...]:
        """Everything that is made."""
        return tuple(_resources(self.state["values"]["root_module"]))

    @property
    def data(self) -> Iterator[Resource]:
        """Everything that is only looked up."""
        return _resources(self.state["values"]["root_module"], "data")

    def of(self, *types: str) -> tuple[Resource, ...]:
        """Those of some types, named without `google_`."""
        wanted = {f"google_{name}" for name in types}
        return tuple(each for each in self.resources if each.type in wanted)

    def function(self, name: str) -> Mapping[str, Any]:
        """What runs of a function: the only block of its service configuration."""
        (found,) = (each for each in self.of("cloudfunctions2_function") if _entry(each) == name)
        service: Mapping[str, Any] = found.values["service_config"][0]
        return service

    def environment(self, name: str) -> dict[str, str]:
        """A function's plain variables."""
        return dict(self.function(name)["environment_variables"])

    def secrets(self, name: str) -> set[str]:
        """The names of a function's variables that are secrets."""
        return {each["key"] for each in self.function(name)["secret_environment_variables"]}


def deployed(name: str, run: Terraform, tree: Path, bundles: Path) -> Case:
    """A deployment by its name, applied in a copy of the module's tree."""
    module = Module(run, tree / ALL[name])
    module.forget()
    module.init()
    given = values(name, module.folder, bundles)
    module.apply(given)
    return Case(name, tree, module, given, module.shown())


def _entry(function: Resource) -> str:
    entry: str = function.values["build_config"][0]["entry_point"]
    return entry


def _resources(module: Mapping[str, Any], mode: str = "managed") -> Iterator[Resource]:
    for each in module.get("resources", ()):
        if each["mode"] == mode:
            after = frozenset(each.get("depends_on", ()))
            yield Resource(each["address"], each["type"], each["values"], after)
    for child in module.get("child_modules", ()):
        yield from _resources(child, mode)
