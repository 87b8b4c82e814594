"""Choices between the answers that Algolia's documentation leaves open, or that two of its pages give.

The defaults are the readings that the rest of the project goes by. `visual-search check live` asks a live
application; where it finds another answer, one default changes here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from devstack.algolia.documents import JsonObject
from devstack.algolia.filters import Conjunction
from devstack.algolia.limits import AlgoliaError
from devstack.algolia.request import SortKey

Criterion: TypeAlias = str | SortKey


@dataclass(frozen=True, slots=True)
class OpenChoices:
    """The answers that an engine plays."""

    sums: Literal["always", "if-asked", "never"] = "always"
    """The scores of a flat list add up; or only with `sumOrFiltersScores`; or the highest counts."""

    score_ceiling: int | None = None
    """The largest total filter score of a record; None adds without a ceiling."""

    score_wraps: bool = False
    """True where totals begin anew above it, instead of stopping there."""

    max_parameter_bytes: int | None = None
    """The length of a parameter's value, as JSON; None for any."""

    beyond: Literal["refuse", "drop"] = "refuse"
    """The fate of more optional filters than a plan takes: a 400, or the last ones are left out unsaid."""

    refused: frozenset[str] = frozenset()
    """Parameters that are a 400 on this plan."""

    facet_ratio: float | None = None
    """Facet values for each record from which on filters on the facet match nothing; None for no limit."""

    ratio_over: Literal["each", "all"] = "each"
    """The facets that the limit is for: every one by itself, or all together."""

    filter_only: Literal["works", "refused", "ignored"] = "works"
    """The effect of `filterOnly(x)`: it makes a facet, is a 400, or is taken and matches nothing."""

    fold_accents_in_facets: bool = False
    """True where the facet values `Sécurité` and `securite` are one value."""

    escapes_dashes: bool = True
    """True where a backslash before a value's leading dash makes it part of the value."""

    strips_quotes: bool = False
    """True where quotes inside a value of `optionalFilters` are dropped."""

    reject_undeclared_facets: bool = False
    """True where a facet filter outside `attributesForFaceting` is a 400; else it matches nothing."""

    nests_filters: bool = True
    """True where arrays of filters may be nested three deep; else they are a 400."""

    filters_stand: Literal["as-listed", "first", "last"] = "as-listed"
    """The rank of scores beside words that were typed: as `ranking` says, before or after all words."""

    reranking: Literal["unless-refused", "always"] = "unless-refused"
    """The effect of `enableReRanking: false` where an index's settings turn it on."""

    distinct_keeps: Literal["best", "first-written"] = "best"
    """The record that stands for its group."""

    marks_promoted: bool = True
    """True where a hit that a rule pinned says so."""

    virtual_replicas: Literal["refused", "ranked", "unranked"] = "refused"
    """The answer to making one, and the effect of optional filters in it."""

    ab_test: Literal["none", "unless-refused", "always"] = "none"
    """The searches that take part in a test, if one runs: those without `enableABTest: false`, or all."""

    replicas_inherit: bool = True
    """True where a replica is made with the settings of its primary."""

    long_versions: bool = True
    """True where `IncrementSet` takes whole numbers of sixteen digits; else it drops the update."""

    def admitted(self, raw: Mapping[str, object]) -> None:
        """Raise AlgoliaError (400) for parameters that are refused, or whose value is too long."""
        for name, value in raw.items():
            if name in self.refused:
                raise AlgoliaError(f"{name} is not enabled on this application")
            cut = name == "optionalFilters" and self.beyond == "drop"
            if self._too_long(value) and not cut:
                raise AlgoliaError(
                    f"{name} is too long: at most {self.max_parameter_bytes} bytes are allowed"
                )

        if not self.nests_filters and any(
            isinstance(inner, list) and any(isinstance(each, list) for each in inner)
            for inner in _list(raw.get("facetFilters"))
        ):
            raise AlgoliaError("Invalid value for facetFilters: arrays may be nested two deep")

    def kept(self, optional: Conjunction, raw: Mapping[str, object], most: int | None) -> Conjunction:
        """Return the first of the optional filters, as many as count where the others are left out."""
        taken, given = optional[:most], raw.get("optionalFilters")
        if isinstance(given, list):
            while taken and self._too_long(given[: len(taken)]):
                taken = taken[:-1]
        return taken

    def _too_long(self, value: object) -> bool:
        most = self.max_parameter_bytes
        return most is not None and len(json.dumps(value, separators=(",", ":")).encode()) > most

    def read(self, value: str) -> str:
        """Return the value of a facet filter as it is looked for."""
        if self.strips_quotes:
            value = value.replace("'", "").replace('"', "")
        return value if self.escapes_dashes or not value.startswith("-") else f"\\{value}"

    def formula(self, ranking: Sequence[Criterion]) -> Sequence[Criterion]:
        """Return the ranking formula with `filters` where it stands when words were typed."""
        others = [each for each in ranking if each != "filters"]
        if self.filters_stand == "as-listed" or len(others) == len(ranking):
            return ranking
        return ["filters", *others] if self.filters_stand == "first" else [*others, "filters"]

    def hears(self, update: JsonObject) -> bool:
        """Return whether a change of a record is made, and not dropped for a long number."""
        return self.long_versions or not any(map(_is_long, update.values()))

    def check_settings(self, changes: JsonObject) -> None:
        """Raise AlgoliaError (400) for settings that are refused."""
        facets: Sequence[str] = changes.get("attributesForFaceting") or ()
        if self.filter_only == "refused" and any("filterOnly(" in each for each in facets):
            raise AlgoliaError("filterOnly is not available on this application")
        replicas: Sequence[str] = changes.get("replicas") or ()
        if self.virtual_replicas == "refused" and any(each.startswith("virtual(") for each in replicas):
            raise AlgoliaError("replicas: virtual replicas are not available here, only standard ones")


_LONG = 10**15


def _is_long(value: object) -> bool:
    return isinstance(value, dict) and value.get("_operation") == "IncrementSet" and value["value"] >= _LONG


def _list(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else ()
