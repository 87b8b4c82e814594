"""The settings that image search needs of an index, beside those that the shop has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from shared.attribute_names import DEFAULT_NAMES, AttributeNames
from shared.catalog.labels import recognizer_facet


def missing_settings(
    current: Mapping[str, Any],
    facets: Sequence[str] = (),
    names: AttributeNames = DEFAULT_NAMES,
    *,
    unread: Sequence[str] = (),
    countable: bool = False,
) -> dict[str, Any]:
    """The settings to write so that `current` serves image search; empty when it already does.

    `facets` are those of the strategies in use; labels, and whose they are, are asked for in any case. Hits
    that have all attributes go without the `unread` ones, which are long: a search that asks for all but them
    itself would overrule what the shop keeps to itself. Algolia replaces lists whole, so a list returned
    holds what is there and what was missing. With `countable` ours are declared without `filterOnly`.
    """
    needed = [names.label_facet, recognizer_facet(names), *facets]
    declared = list(current.get("attributesForFaceting") or ())
    if countable:
        needed = [attribute_of(facet) for facet in needed]
        declared = [each for each in declared if not (is_uncounted(each) and attribute_of(each) in needed)]
    changes = {
        "attributesForFaceting": _with_facets(declared, needed),
        "attributesToRetrieve": _without(_retrieved(current), unread),
    }
    return {name: values for name, values in changes.items() if values}


def _retrieved(current: Mapping[str, Any]) -> Sequence[str]:
    told = current.get("attributesToRetrieve")
    return ["*"] if told is None else told


def _with_facets(declared: Sequence[str], needed: Sequence[str]) -> list[str]:
    """The list with what it lacks; empty where that is nothing."""
    there = set(map(attribute_of, declared))
    missing = [facet for facet in dict.fromkeys(needed) if attribute_of(facet) not in there]
    return [*declared, *missing] if missing else []


def _without(retrieved: Sequence[str], unread: Sequence[str]) -> list[str]:
    """The list with exceptions that it lacks; empty where it names what it wants, or lacks none."""
    missing = [f"-{name}" for name in unread if not {name, f"-{name}"} & {*retrieved}]
    return [*retrieved, *missing] if missing and "*" in retrieved else []


def attribute_of(declaration: str) -> str:
    """`afterDistinct(searchable(brand))` -> `brand`."""
    return declaration.rpartition("(")[2].rstrip(") ").strip()


def is_uncounted(declaration: str) -> bool:
    """True of `filterOnly(brand)`, alone or within another modifier."""
    return "filterOnly(" in declaration
