"""Rows by word, and how well a row's text answers a query: words, attribute, exact and proximity.

An approximation: no typos, and of each word in a record only the first occurrence counts.
"""

from __future__ import annotations

import sys
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from devstack.algolia.documents import JsonObject
from devstack.algolia.text import QueryWord, plain_words, searchable_attributes, texts_at

_SPAN = 10_000
_MAX_DISTANCE = 8


@dataclass(frozen=True, slots=True)
class Relevance:
    """Lower `attribute` and `proximity` are better, higher `words` and `exact` are."""

    words: int = 0
    attribute: int = 0
    exact: int = 0
    proximity: int = 0


class TextIndex:
    """The words of the searchable attributes of every record.

    A word's place is `_SPAN` times the number of its attribute plus its position there.
    """

    def __init__(self, setting: Sequence[str]) -> None:
        self._setting = setting
        self._attributes = searchable_attributes(setting)
        self._rows_of: dict[str, set[int]] = {}
        self._places_of: dict[int, dict[str, int]] = {}
        self._sorted: list[str] | None = None

    def put(self, row: int, record: JsonObject) -> None:
        """Replace what `row` holds by the words of `record`."""
        self.discard(row)
        places = self._places_of[row] = self._places(record)
        for word in places:
            if word not in self._rows_of:
                self._rows_of[word] = set()
                self._sorted = None
            self._rows_of[word].add(row)

    def _places(self, record: JsonObject) -> dict[str, int]:
        places: dict[str, int] = {}
        for number, attribute in enumerate(searchable_attributes(self._setting, list(record))):
            position = 0
            for text in texts_at(record, attribute.path):
                for word in plain_words(text):
                    places.setdefault(sys.intern(word), number * _SPAN + min(position, _SPAN - 1))
                    position += 1
                position += _MAX_DISTANCE
        return places

    def discard(self, row: int) -> None:
        """Forget the words of `row`."""
        for word in self._places_of.pop(row, ()):
            rows = self._rows_of[word]
            rows.discard(row)
            if not rows:
                del self._rows_of[word]
                self._sorted = None

    def matching(self, query: Sequence[QueryWord]) -> set[int]:
        """Return the rows that hold every word of a query of at least one word."""
        return set.intersection(*sorted((self._rows(word) for word in query), key=len))

    def _rows(self, word: QueryWord) -> set[int]:
        if not word.prefix:
            return self._rows_of.get(word.text, set())
        return set().union(*(self._rows_of[key] for key in self._with_prefix(word.text)))

    def _with_prefix(self, prefix: str) -> list[str]:
        if self._sorted is None:
            self._sorted = sorted(self._rows_of)
        start = bisect_left(self._sorted, prefix)
        end = bisect_left(self._sorted, prefix + "\U0010ffff")
        return self._sorted[start:end]

    def relevance(self, row: int, query: Sequence[QueryWord]) -> Relevance:
        """Return the textual criteria of a row that matches the query."""
        places = self._places_of[row]
        found = [_first_place(places, word) for word in query]
        return Relevance(
            words=len(found),
            attribute=min(map(self._attribute_value, found)),
            exact=sum(word.text in places for word in query),
            proximity=sum(min(max(abs(b - a), 1), _MAX_DISTANCE) for a, b in pairwise(found)),
        )

    def _attribute_value(self, place: int) -> int:
        if not self._attributes:
            return 0
        attribute = self._attributes[place // _SPAN]
        return attribute.rank * _SPAN + (place % _SPAN if attribute.ordered else 0)


def _first_place(places: dict[str, int], word: QueryWord) -> int:
    if not word.prefix:
        return places[word.text]
    return min(place for key, place in places.items() if key.startswith(word.text))
