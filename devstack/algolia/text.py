"""Words: how text is split, which rows hold them, and what a query's words match.

Matching is AND over the query's words, the last one also as a prefix (`queryType` says otherwise). How well a
text answers a query is an approximation: no typos, and of each word in a record only the first occurrence
counts.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_left
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from devstack.algolia.documents import JsonObject, facet_text, values_at, without_accents

_WORD = re.compile(r"[^\W_]+")
_MODIFIED = re.compile(r"unordered\((?P<path>.*)\)")


@dataclass(frozen=True, slots=True)
class Word:
    """A word as written, its normalized form, and where it stands in its text."""

    text: str
    start: int
    end: int


def words_of(text: str) -> Iterator[Word]:
    """Yield the words of `text`, lower case and without accents, with character offsets."""
    for match in _WORD.finditer(text):
        yield Word(without_accents(match.group()).lower(), match.start(), match.end())


def plain_words(text: str) -> list[str]:
    """Return the words of `text` as `words_of` normalizes them, without offsets."""
    return _WORD.findall(text.lower()) if text.isascii() else [word.text for word in words_of(text)]


@dataclass(frozen=True, slots=True)
class QueryWord:
    """One word of a query; a prefix also matches longer words."""

    text: str
    prefix: bool

    def matches(self, word: str) -> bool:
        """Return whether the normalized `word` of a record satisfies this one."""
        return word.startswith(self.text) if self.prefix else word == self.text


def query_words(query: str, query_type: str) -> tuple[QueryWord, ...]:
    """Return the words of `query`; a trailing separator ends the last word, so that it is no prefix."""
    texts = [word.text for word in words_of(query)]
    open_end = bool(query) and query[-1].isalnum()
    last = len(texts) - 1
    return tuple(
        QueryWord(
            text, prefix=query_type == "prefixAll" or (query_type == "prefixLast" and at == last and open_end)
        )
        for at, text in enumerate(texts)
    )


@dataclass(frozen=True, slots=True)
class SearchableAttribute:
    """A searchable path, its rank (0 is most important) and whether a word's position counts."""

    path: str
    rank: int
    ordered: bool


def searchable_attributes(
    setting: Sequence[str], record_keys: Sequence[str] = ()
) -> list[SearchableAttribute]:
    """Return the attributes of a `searchableAttributes` setting, all `record_keys` where it is empty."""
    if not setting:
        return [SearchableAttribute(path, 0, ordered=False) for path in record_keys if path != "objectID"]
    found = []
    for rank, entry in enumerate(setting):
        for part in entry.split(","):
            match = _MODIFIED.fullmatch(part.strip())
            path = match["path"] if match else part.strip()
            found.append(SearchableAttribute(path, rank, ordered=match is None))
    return found


def texts_at(record: JsonObject, path: str) -> Iterator[str]:
    """Yield the texts below `path`: those of an object's members too."""
    for value in _below(record, path):
        yield facet_text(value)


def _below(record: JsonObject, path: str) -> Iterator[str | int | float | bool]:
    yield from values_at(record, path)
    node = record.get(path)
    for element in node if isinstance(node, list) else [node]:
        if isinstance(element, dict):
            for key in element:
                yield from _below(element, key)


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

    def matching(self, query: Sequence[QueryWord], optional: Container[str] = ()) -> set[int]:
        """Return the rows that hold every word of a query of at least one word, but for `optional` ones.

        Of a query of optional words alone they hold at least one.
        """
        required = [self._rows(word) for word in query if word.text not in optional]
        if not required:
            return set().union(*map(self._rows, query))
        return set.intersection(*sorted(required, key=len))

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

    def relevance(self, row: int, query: Sequence[QueryWord], *, optional: bool = False) -> Relevance:
        """Return the textual criteria of a row that matches the query, of whose words some are `optional`."""
        places = self._places_of[row]
        query = [word for word in query if any(map(word.matches, places))] if optional else query
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
