"""One index: its settings, and the table of its records."""

from __future__ import annotations

from dataclasses import dataclass

from devstack.algolia.choices import OpenChoices
from devstack.algolia.documents import JsonObject
from devstack.algolia.filters.terms import TAGS_ATTRIBUTE
from devstack.algolia.settings import DeclaredFacet, declared_facets
from devstack.algolia.table import Table


@dataclass(frozen=True, slots=True)
class IndexDates:
    """When an index came to be and last changed, in seconds since the epoch."""

    created: float
    updated: float


class Index:
    """Settings over a table; the `table` of a replica is its primary's."""

    def __init__(self, choices: OpenChoices, table: Table, now: float) -> None:
        self.choices = choices
        self.table = table
        self.settings: JsonObject = {}
        self.declared: dict[str, DeclaredFacet] = {}
        self.dates = IndexDates(created=now, updated=now)

    def touch(self, now: float) -> None:
        """Note a change at `now`, in seconds since the epoch."""
        self.dates = IndexDates(self.dates.created, now)

    def replace_settings(self, settings: JsonObject) -> None:
        """Take checked settings as they are."""
        self.settings = settings
        self.declared = declared_facets(settings)

    def is_facet(self, path: str) -> bool:
        """Return whether facet filters on `path` may match; tags and objectIDs need no declaration."""
        return path in {TAGS_ATTRIBUTE, "objectID"} or path in self.declared
