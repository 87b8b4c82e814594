"""A checked search request: query parameters over index settings over defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from devstack.algolia.documents import JsonObject
from devstack.algolia.filters import Conjunction
from devstack.algolia.filters.lists import parse_list
from devstack.algolia.filters.sql import parse_filters
from devstack.algolia.limits import MAX_FILTERS_PER_QUERY, MAX_QUERY_BYTES, AlgoliaError
from devstack.algolia.parameters import read_parameters
from devstack.algolia.settings import DEFAULTS, SortKey, ranking_criterion, sort_keys
from devstack.algolia.text import QueryWord, query_words, searchable_attributes


@dataclass(frozen=True, slots=True)
class Window:
    """The part of the ranking to return: `length` records from `offset`, never past `limit`."""

    offset: int
    length: int
    limit: int
    by_page: bool

    def pages(self, hits: int) -> int:
        """Return how many pages `hits` records fill."""
        return -(-min(hits, self.limit) // self.length) if self.length else 0


class SearchRequest:
    """One query against one index; raises AlgoliaError (400) for whatever Algolia would refuse."""

    def __init__(self, settings: JsonObject, raw: Mapping[str, object]) -> None:
        self.given = read_parameters(raw)
        given = {name: value for name, value in self.given.items() if value is not None}
        self._values = {**DEFAULTS, **settings, **given}
        self.query: str = given.get("query", "")
        if len(self.query.encode()) > MAX_QUERY_BYTES:
            raise AlgoliaError(f"query is too long: at most {MAX_QUERY_BYTES} bytes are allowed")
        self.mandatory: Conjunction = _mandatory(given)
        self.optional: Conjunction = parse_list("optionalFilters", given.get("optionalFilters", []))
        terms = sum(len(clause) for clause in self.mandatory + self.optional)
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

    @cached_property
    def window(self) -> Window:
        """Return what to answer: by `offset` and `length` where either is given, else by page."""
        limit = self.number("paginationLimitedTo")
        if {"offset", "length"} & self.given.keys():
            offset = int(self._values.get("offset") or 0)
            return Window(
                offset, int(self._values.get("length", self.number("hitsPerPage"))), limit, by_page=False
            )
        length = self.number("hitsPerPage")
        return Window(int(self._values.get("page", 0)) * length, length, limit, by_page=True)


def _mandatory(given: JsonObject) -> Conjunction:
    clauses = parse_filters(given.get("filters", ""))
    for name in ("facetFilters", "numericFilters", "tagFilters"):
        clauses += parse_list(name, given.get(name, []))
    return clauses


def _paths(entry: str) -> set[str]:
    return {attribute.path for attribute in searchable_attributes([entry])}
