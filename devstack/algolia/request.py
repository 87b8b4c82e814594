"""Index settings with their defaults and modifiers, and search requests, whose parameters override them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from devstack.algolia.documents import JsonObject
from devstack.algolia.filters import Conjunction, number_of_terms
from devstack.algolia.filters.lists import parse_list
from devstack.algolia.filters.sql import parse_filters
from devstack.algolia.limits import (
    MAX_FILTERS_PER_QUERY,
    MAX_HITS_PER_PAGE,
    MAX_QUERY_BYTES,
    AlgoliaError,
)
from devstack.algolia.parameters import read_parameters, read_settings
from devstack.algolia.text import QueryWord, plain_words, query_words, searchable_attributes

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


def replica_names(settings: JsonObject) -> list[str]:
    """Return the names of an index's replicas, standard and virtual ones."""
    return [entry.removeprefix("virtual(").removesuffix(")") for entry in settings.get("replicas", [])]


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


@dataclass(frozen=True, slots=True)
class Window:
    """The part of the ranking to return: `length` groups from `offset`, never past `limit`.

    Without `distinct`, every record is a group of its own.
    """

    offset: int
    length: int
    limit: int
    by_page: bool

    def pages(self, hits: int) -> int:
        """Return how many pages `hits` groups fill."""
        return -(-min(hits, self.limit) // self.length) if self.length else 0


class SearchRequest:
    """One query against one index; raises AlgoliaError (400) for whatever Algolia would refuse.

    A page, or `length`, above `max_hits` is cut down to it.
    """

    def __init__(
        self, settings: JsonObject, raw: Mapping[str, object], *, max_hits: int = MAX_HITS_PER_PAGE
    ) -> None:
        self.given = read_parameters(raw)
        given = {name: value for name, value in self.given.items() if value is not None}
        self._values = {**DEFAULTS, **settings, **given}
        self._max_hits = max_hits
        self.query: str = given.get("query", "")
        if len(self.query.encode()) > MAX_QUERY_BYTES:
            raise AlgoliaError(f"query is too long: at most {MAX_QUERY_BYTES} bytes are allowed")
        self.mandatory: Conjunction = _mandatory(given)
        self.optional: Conjunction = parse_list("optionalFilters", given.get("optionalFilters", []))
        terms = number_of_terms(self.mandatory + self.optional)
        if terms > MAX_FILTERS_PER_QUERY:
            raise AlgoliaError(
                f"Too many filters: {terms}, at most {MAX_FILTERS_PER_QUERY} are allowed per query"
            )

    def flag(self, name: str) -> bool:
        """Return a boolean parameter, false where it is not given."""
        return bool(self._values.get(name, False))

    def names(self, name: str) -> list[str]:
        """Return a list parameter, empty where it is neither given nor set."""
        return list(self._values.get(name, []))

    def number(self, name: str) -> int:
        """Return an integer that has a default."""
        return int(self._values[name])

    def word(self, name: str) -> str:
        """Return a string that has a default, or the empty string."""
        return str(self._values.get(name, ""))

    def has(self, name: str) -> bool:
        """Return whether a parameter is given or set."""
        return name in self._values

    @cached_property
    def words(self) -> tuple[QueryWord, ...]:
        """Return the words of the query."""
        return query_words(self.query, self.word("queryType"))

    @property
    def optional_words(self) -> frozenset[str]:
        """Return the words that records need not have."""
        return frozenset(word for text in self.names("optionalWords") for word in plain_words(text))

    @cached_property
    def ranking(self) -> list[str | SortKey]:
        """Return the ranking formula's criteria, most important first."""
        return [ranking_criterion(entry) for entry in self.names("ranking")]

    @cached_property
    def custom_ranking(self) -> list[SortKey]:
        """Return the keys that break the ties of the formula."""
        return sort_keys(self.names("customRanking"), "customRanking")

    @cached_property
    def searchable(self) -> list[str]:
        """Return the searchable attributes with modifiers, as `restrictSearchableAttributes` leaves them."""
        setting = self.names("searchableAttributes")
        restriction = self.names("restrictSearchableAttributes")
        if not restriction or not setting:
            return restriction or setting
        return [entry for entry in setting if any(name in _paths(entry) for name in restriction)]

    @property
    def distinct(self) -> int:
        """Return how many records of a group are shown, 0 without groups."""
        return self.number("distinct") if self.word("attributeForDistinct") else 0

    @property
    def page_size(self) -> int:
        """Return how many hits a page has at most."""
        return min(self.number("hitsPerPage"), self._max_hits)

    @cached_property
    def window(self) -> Window:
        """Return what to answer: by `offset` and `length` where either is given, else by page."""
        limit, size = self.number("paginationLimitedTo"), self.page_size
        if {"offset", "length"} & self.given.keys():
            length = min(int(self._values.get("length", size)), self._max_hits)
            return Window(int(self._values.get("offset", 0)), length, limit, by_page=False)
        return Window(int(self._values.get("page", 0)) * size, size, limit, by_page=True)

    def narrowed(self, answer: JsonObject) -> JsonObject:
        """Return the fields of an answer that `responseFields` names; a cursor cannot be left out."""
        wanted = self.names("responseFields")
        if not wanted or "*" in wanted:
            return answer
        return {name: value for name, value in answer.items() if name in {*wanted, "cursor"}}


def _mandatory(given: JsonObject) -> Conjunction:
    clauses: Conjunction = parse_filters(given.get("filters", ""))
    for name in ("facetFilters", "numericFilters", "tagFilters"):
        clauses += parse_list(name, given.get(name, []))
    return clauses


def _paths(entry: str) -> set[str]:
    return {attribute.path for attribute in searchable_attributes([entry])}
