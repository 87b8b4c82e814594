"""One index: its settings, the records by row, and the columns built on first use and kept up since."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from devstack.algolia.choices import OpenChoices
from devstack.algolia.columns import FacetColumn, GroupColumn, Mask, NumericColumn, Rows
from devstack.algolia.documents import JsonObject, without_accents
from devstack.algolia.filters import TAGS_ATTRIBUTE
from devstack.algolia.request import DeclaredFacet, declared_facets
from devstack.algolia.rules import Rule
from devstack.algolia.text import TextIndex

_MAX_TEXT_INDICES = 4


class Column(Protocol):
    """Something an index keeps up to date about its records."""

    def put(self, row: int, record: JsonObject) -> None:
        """Replace what is known of `row`."""

    def discard(self, row: int) -> None:
        """Forget `row`."""


ColumnT = TypeVar("ColumnT", bound=Column)


class Table:
    """Records and what is known of them, whatever the settings say: a primary and its replicas share one.

    A deleted record's row is used again, and ties in a ranking keep row order.
    """

    def __init__(self, choices: OpenChoices, records: Iterable[JsonObject] = ()) -> None:
        self._choices = choices
        self._records: list[JsonObject | None] = []
        self._row_of: dict[str, int] = {}
        self._free: list[int] = []
        self._facets: dict[str, FacetColumn] = {}
        self._groups: dict[str, GroupColumn] = {}
        self._numbers: dict[str, NumericColumn] = {}
        self._texts: dict[tuple[str, ...], TextIndex] = {}
        self.extend(records)

    def __len__(self) -> int:
        return len(self._row_of)

    @property
    def size(self) -> int:
        """Return the number of rows, free ones included: the length of every mask."""
        return len(self._records)

    def copy(self) -> Table:
        """Return a table of the same records that goes its own way from now on."""
        return Table(self._choices, (record for _, record in self.records()))

    def get(self, object_id: str) -> JsonObject | None:
        """Return a record by its objectID."""
        row = self._row_of.get(object_id)
        return None if row is None else self.record(row)

    def record(self, row: int) -> JsonObject:
        """Return the record of a row in use."""
        record = self._records[row]
        if record is None:
            raise LookupError(f"row {row} is free")
        return record

    def records(self) -> Iterator[tuple[int, JsonObject]]:
        """Yield rows in use with their records, in the order of rows."""
        for row, record in enumerate(self._records):
            if record is not None:
                yield row, record

    def put(self, record: JsonObject) -> None:
        """Add `record`, or replace the one with its objectID."""
        row = self._row_for(record["objectID"])
        self._records[row] = record
        for column in self._columns():
            column.put(row, record)

    def extend(self, records: Iterable[JsonObject]) -> None:
        """Add or replace several records."""
        for record in records:
            self.put(record)

    def _row_for(self, object_id: str) -> int:
        row = self._row_of.get(object_id)
        if row is None:
            if not self._free:
                self._free.append(len(self._records))
                self._records.append(None)
            row = self._row_of[object_id] = self._free.pop()
        return row

    def remove(self, object_id: str) -> None:
        """Delete a record; nothing happens where there is none."""
        row = self._row_of.pop(object_id, None)
        if row is None:
            return
        self._records[row] = None
        self._free.append(row)
        for column in self._columns():
            column.discard(row)

    def clear(self) -> None:
        """Delete all records."""
        self._records.clear()
        self._row_of.clear()
        self._free.clear()
        self._facets.clear()
        self._groups.clear()
        self._numbers.clear()
        self._texts.clear()

    def _columns(self) -> Iterator[Column]:
        yield from self._facets.values()
        yield from self._groups.values()
        yield from self._numbers.values()
        yield from self._texts.values()

    def in_use(self) -> Mask:
        """Return a new mask of the rows in use."""
        mask = np.ones(self.size, dtype=np.bool_)
        mask[self._free] = False
        return mask

    def mask_of(self, rows: Iterable[int] | NDArray[np.intp]) -> Mask:
        """Return a new mask of the given rows."""
        mask = np.zeros(self.size, dtype=np.bool_)
        mask[rows if isinstance(rows, np.ndarray) else list(rows)] = True
        return mask

    def facet(self, path: str) -> FacetColumn:
        """Return the facet values of any attribute, declared or not."""
        if path not in self._facets:
            column = FacetColumn(path, str if path == TAGS_ATTRIBUTE else self._folded)
            self._facets[path] = self._filled(column)
        return self._facets[path]

    def _folded(self, value: str) -> str:
        return without_accents(value).lower() if self._choices.fold_accents_in_facets else value.lower()

    def groups(self, path: str) -> GroupColumn:
        """Return the groups that the values of an attribute form."""
        if path not in self._groups:
            self._groups[path] = self._filled(GroupColumn(path))
        return self._groups[path]

    def numbers(self, path: str) -> NumericColumn:
        """Return the numbers of any attribute."""
        if path not in self._numbers:
            self._numbers[path] = self._filled(NumericColumn(path))
        return self._numbers[path]

    def text(self, searchable: Sequence[str]) -> TextIndex:
        """Return the words of some searchable attributes, all of them or as a query restricts them."""
        key = tuple(searchable)
        if key not in self._texts:
            while len(self._texts) >= _MAX_TEXT_INDICES:
                del self._texts[next(iter(self._texts))]
            self._texts[key] = self._filled(TextIndex(key))
        return self._texts[key]

    def _filled(self, column: ColumnT) -> ColumnT:
        for row, record in self.records():
            column.put(row, record)
        return column

    def rows_holding(self, path: str, value: str) -> Rows:
        """Return the rows a facet filter `path:value` matches."""
        if path == "objectID":
            row = self._row_of.get(value)
            return np.array([] if row is None else [row], dtype=np.int32)
        return self.facet(path).rows(value)


class Index:
    """Settings over a table, a replica's being its primary's; dates are in seconds since the epoch."""

    def __init__(self, choices: OpenChoices, table: Table, now: float) -> None:
        self.choices = choices
        self.table = table
        self.settings: JsonObject = {}
        self.declared: dict[str, DeclaredFacet] = {}
        self.created = self.updated = now
        self.rules: dict[str, Rule] = {}
        self.virtual = False

    def promoted(self, contexts: Collection[str]) -> dict[str, int]:
        """Return the positions, from 0, of the records that rules of these contexts pin."""
        rules = [rule for rule in self.rules.values() if rule.context in contexts]
        return {object_id: place for rule in rules for object_id, place in rule.promoted.items()}

    def touch(self, now: float) -> None:
        """Note a change at `now`."""
        self.updated = now

    def replace_settings(self, settings: JsonObject) -> None:
        """Take checked settings as they are."""
        self.settings = settings
        self.declared = declared_facets(settings)

    def is_facet(self, path: str) -> bool:
        """Return whether facet filters on `path` may match; tags and objectIDs need no declaration."""
        if path in {TAGS_ATTRIBUTE, "objectID"}:
            return True
        declared = self.declared.get(path)
        if declared is None or (declared.filter_only and self.choices.filter_only == "ignored"):
            return False
        return self.choices.facet_ratio is None or not self._is_crowded(path, self.choices.facet_ratio)

    def _is_crowded(self, path: str, ratio: float) -> bool:
        """Return whether the facet, or all of them together, have more values for a record than `ratio`."""
        counted = self.declared if self.choices.ratio_over == "all" else [path]
        return sum(self.table.facet(each).size for each in counted) > ratio * len(self.table)
