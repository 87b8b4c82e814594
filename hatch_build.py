"""The wheel's dependencies: those of the dependency group `tools`, so that they are listed once."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ToolsGroup(BuildHookInterface[Any]):
    """Adds `dependencies`, but for the checkout, whose groups say what is installed."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """See `BuildHookInterface`."""
        if version == "standard":
            project = tomllib.loads((Path(self.root) / "pyproject.toml").read_text(encoding="utf-8"))
            build_data["dependencies"] += sorted(set(_flat(project["dependency-groups"], "tools")))


def _flat(groups: dict[str, Any], name: str) -> Iterator[str]:
    for each in groups[name]:
        if isinstance(each, str):
            yield each
        else:
            yield from _flat(groups, each["include-group"])
