"""What the index must be told before labels can rank it; merged into its settings, never replacing them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.catalog.record import FACET


def _attribute(declaration: str) -> str:
    """`searchable(brand)` -> `brand`."""
    return declaration.rpartition("(")[2].removesuffix(")")


def changes(current: Mapping[str, Any]) -> dict[str, Any]:
    """The settings to write so that `current` serves image search; empty when it already does.

    Algolia replaces lists whole, so the list returned holds what is there and what was missing.
    """
    declared = list(current.get("attributesForFaceting") or ())
    if FACET in map(_attribute, declared):
        return {}
    return {"attributesForFaceting": [*declared, FACET]}
