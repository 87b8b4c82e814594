"""What the index must be told before pictures can rank it; merged into its settings, never replacing them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from shared.attribute_names import DEFAULT_NAMES, AttributeNames
from shared.catalog import source


def _attribute(declaration: str) -> str:
    """`searchable(brand)` -> `brand`."""
    return declaration.rpartition("(")[2].removesuffix(")")


def changes(
    current: Mapping[str, Any], facets: Sequence[str] = (), names: AttributeNames = DEFAULT_NAMES
) -> dict[str, Any]:
    """The settings to write so that `current` serves image search; empty when it already does.

    `facets` are those of the strategies in use; labels, and whose they are, are asked for in any case.
    Algolia replaces lists whole, so the list returned holds what is there and what was missing.
    """
    declared = list(current.get("attributesForFaceting") or ())
    there = set(map(_attribute, declared))
    needed = dict.fromkeys((names.label_facet, source.facet(names), *facets))
    missing = [facet for facet in needed if _attribute(facet) not in there]
    return {"attributesForFaceting": [*declared, *missing]} if missing else {}
