"""The wheel's dependencies: those of the dependency group `tools`, so that they are listed once."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface


class ToolsGroup(MetadataHookInterface):
    """Fills in `dependencies`."""

    def update(self, metadata: dict[str, Any]) -> None:
        """See `MetadataHookInterface`."""
        project = tomllib.loads((Path(self.root) / "pyproject.toml").read_text(encoding="utf-8"))
        metadata["dependencies"] = sorted(set(_flat(project["dependency-groups"], "tools")))


def _flat(groups: dict[str, Any], name: str) -> Iterator[str]:
    for each in groups[name]:
        if isinstance(each, str):
            yield each
        else:
            yield from _flat(groups, each["include-group"])
