"""Attributes by row: which rows hold a facet value, or form a group, and numbers to compare and order.

A row is a record's number within its index. Columns are kept up one record at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from devstack.algolia.documents import JsonObject, facet_text, number, values_at

Rows: TypeAlias = NDArray[np.int32]
Mask: TypeAlias = NDArray[np.bool_]
Floats: TypeAlias = NDArray[np.float64]

_NO_ROWS: Rows = np.empty(0, dtype=np.int32)


class FacetColumn:
    """The facet values of one attribute; values equal after `fold` are one value."""

    def __init__(self, path: str, fold: Callable[[str], str]) -> None:
        self._path = path
        self._fold = fold
        self._rows_of: dict[str, set[int]] = {}
        self._shown: dict[str, str] = {}
        self._keys_of: dict[int, tuple[str, ...]] = {}
        self._arrays: dict[str, Rows] = {}

    def put(self, row: int, record: JsonObject) -> None:
        """Replace what `row` holds by the values of `record`."""
        self.discard(row)
        shown = {self._fold(text): text for text in map(facet_text, values_at(record, self._path))}
        self._keys_of[row] = tuple(shown)
        for key, text in shown.items():
            self._shown.setdefault(key, text)
            self._rows_of.setdefault(key, set()).add(row)
            self._arrays.pop(key, None)

    def discard(self, row: int) -> None:
        """Forget the values of `row`."""
        for key in self._keys_of.pop(row, ()):
            self._arrays.pop(key, None)
            rows = self._rows_of[key]
            rows.discard(row)
            if not rows:
                del self._rows_of[key], self._shown[key]

    @property
    def size(self) -> int:
        """Return the number of values."""
        return len(self._rows_of)

    def rows(self, value: str) -> Rows:
        """Return the rows that hold `value`, each once, in no particular order."""
        return self._array(self._fold(value))

    def _array(self, key: str) -> Rows:
        if key not in self._rows_of:
            return _NO_ROWS
        if key not in self._arrays:
            rows = self._rows_of[key]
            self._arrays[key] = np.fromiter(rows, dtype=np.int32, count=len(rows))
        return self._arrays[key]

    def counts(self, selected: Mask) -> Iterator[tuple[str, int]]:
        """Yield each value as shown with the number of selected rows that hold it, where not zero."""
        for key, shown in self._shown.items():
            count = int(np.count_nonzero(selected[self._array(key)]))
            if count:
                yield shown, count


class GroupColumn:
    """The groups that an attribute forms: equal strings and, by `attributeForDistinct`, rounded numbers."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._value_of: dict[int, str] = {}

    def put(self, row: int, record: JsonObject) -> None:
        """Replace what `row` holds by the value of `record`."""
        self.discard(row)
        value = next(values_at(record, self._path), None)
        if value is not None and not isinstance(value, bool):
            self._value_of[row] = f"{value:z.0f}" if isinstance(value, float) else str(value)

    def discard(self, row: int) -> None:
        """Forget the value of `row`."""
        self._value_of.pop(row, None)

    def group(self, row: int) -> str | int:
        """Return the group of `row`: its value, or the row itself where it stands alone."""
        return self._value_of.get(row, row)


class NumericColumn:
    """The numbers of one attribute; booleans count as 0 and 1."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._single: Floats = np.full(1024, np.nan)
        self._several: dict[int, tuple[float, ...]] = {}

    def put(self, row: int, record: JsonObject) -> None:
        """Replace what `row` holds by the numbers of `record`."""
        self.discard(row)
        numbers = [value for value in map(number, values_at(record, self._path)) if value is not None]
        if len(numbers) == 1:
            self._single[row] = numbers[0]
        elif numbers:
            self._several[row] = tuple(numbers)

    def discard(self, row: int) -> None:
        """Forget the numbers of `row`, growing to hold it where needed."""
        while row >= len(self._single):
            self._single = np.concatenate([self._single, np.full(len(self._single), np.nan)])
        self._single[row] = np.nan
        self._several.pop(row, None)

    def matching(self, predicate: Callable[[Floats], Mask], size: int) -> Mask:
        """Return which of the first `size` rows hold at least one number satisfying `predicate`."""
        values = self.order_values(size)
        mask: Mask = predicate(values) & ~np.isnan(values)
        for row, numbers in self._several.items():
            mask[row] = bool(predicate(np.array(numbers)).any())
        return mask

    def order_values(self, size: int) -> Floats:
        """Return one number per row, NaN where a row holds none or several."""
        if size > len(self._single):
            self.discard(size - 1)
        return self._single[:size]

    def numbers(self, selected: Mask) -> Floats:
        """Return all numbers of the selected rows."""
        single = self.order_values(len(selected))[selected]
        several = [value for row, numbers in self._several.items() if selected[row] for value in numbers]
        return np.concatenate([single[~np.isnan(single)], np.array(several, dtype=np.float64)])
