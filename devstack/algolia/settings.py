"""Index settings: merging, defaults, and the modifiers inside them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from devstack.algolia.documents import JsonObject
from devstack.algolia.limits import AlgoliaError
from devstack.algolia.parameters import read_settings

DEFAULT_RANKING = ["typo", "geo", "words", "filters", "proximity", "attribute", "exact", "custom"]
DEFAULTS: JsonObject = {
    "attributesForFaceting": [],
    "attributesToRetrieve": ["*"],
    "customRanking": [],
    "distinct": 0,
    "highlightPostTag": "</em>",
    "highlightPreTag": "<em>",
    "hitsPerPage": 20,
    "maxFacetHits": 10,
    "maxValuesPerFacet": 100,
    "paginationLimitedTo": 1000,
    "queryType": "prefixLast",
    "ranking": DEFAULT_RANKING,
    "searchableAttributes": [],
    "sortFacetValuesBy": "count",
    "unretrievableAttributes": [],
}

_SORTING = re.compile(r"(?P<direction>asc|desc)\((?P<attribute>[^()]+)\)")
_MODIFIER = re.compile(r"(?P<modifier>\w+)\((?P<inner>.*)\)")
_NOT_COPIED = frozenset({"enableReRanking", "mode", "replicas"})
_FACET_MODIFIERS = frozenset({"searchable", "filterOnly", "afterDistinct"})


@dataclass(frozen=True, slots=True)
class DeclaredFacet:
    """An entry of `attributesForFaceting`."""

    searchable: bool = False
    filter_only: bool = False
    after_distinct: bool = False


@dataclass(frozen=True, slots=True)
class SortKey:
    """`asc(attribute)` or `desc(attribute)`."""

    attribute: str
    descending: bool


def merge_settings(current: JsonObject, changes: JsonObject) -> JsonObject:
    """Return checked new settings: null resets a key to its default, lists are replaced whole."""
    merged = {**current, **read_settings(changes)}
    settings = {name: value for name, value in merged.items() if value is not None}
    declared_facets(settings)
    for entry in settings.get("ranking", []):
        ranking_criterion(entry)
    sort_keys(settings.get("customRanking", []), "customRanking")
    return settings


def copied_settings(source: JsonObject, replaced: JsonObject) -> JsonObject:
    """Return `source` as a copy takes it over `replaced`, which keeps what Algolia does not copy."""
    copied = {name: value for name, value in source.items() if name not in _NOT_COPIED}
    return copied | {name: replaced[name] for name in _NOT_COPIED & replaced.keys()}


def settings_answer(settings: JsonObject) -> JsonObject:
    """Return settings as Algolia shows them: defaults filled in."""
    return {**DEFAULTS, **settings}


def declared_facets(settings: JsonObject) -> dict[str, DeclaredFacet]:
    """Return the facets of `attributesForFaceting` by attribute; raises AlgoliaError (400)."""
    return dict(_declared_facet(entry) for entry in settings.get("attributesForFaceting", []))


def _declared_facet(entry: str) -> tuple[str, DeclaredFacet]:
    attribute, modifiers = entry.strip(), set()
    while match := _MODIFIER.fullmatch(attribute):
        modifiers.add(match["modifier"])
        attribute = match["inner"].strip()
    if modifiers - _FACET_MODIFIERS or not attribute or {"searchable", "filterOnly"} <= modifiers:
        raise AlgoliaError(f"Invalid attributesForFaceting entry {entry!r}")
    return attribute, DeclaredFacet(
        searchable="searchable" in modifiers,
        filter_only="filterOnly" in modifiers,
        after_distinct="afterDistinct" in modifiers,
    )


def sort_keys(entries: Iterable[str], setting: str) -> list[SortKey]:
    """Return the keys of a `customRanking` list; raises AlgoliaError (400)."""
    keys = []
    for entry in entries:
        match = _SORTING.fullmatch(entry.strip())
        if match is None:
            raise AlgoliaError(
                f"Invalid {setting} entry {entry!r}: expected asc(attribute) or desc(attribute)"
            )
        keys.append(SortKey(match["attribute"], descending=match["direction"] == "desc"))
    return keys


def ranking_criterion(entry: str) -> str | SortKey:
    """Return a `ranking` entry as a criterion's name or a sort key; raises AlgoliaError (400)."""
    return entry if entry in DEFAULT_RANKING else sort_keys([entry], "ranking")[0]


def numeric_filtering_allowed(settings: JsonObject, attribute: str) -> bool:
    """Return whether numeric filters may match; `numericAttributesForFiltering` narrows all attributes."""
    allowed = settings.get("numericAttributesForFiltering")
    if allowed is None:
        return True
    return attribute in {re.sub(r"equalOnly\((.*)\)", r"\1", entry) for entry in allowed}
