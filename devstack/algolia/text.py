"""Words: how text is split, where a record holds text, and what a query's words match.

Matching is AND over the query's words, the last one also as a prefix (`queryType` says otherwise).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from devstack.algolia.documents import JsonObject, facet_text, values_at, without_accents

_WORD = re.compile(r"[^\W_]+")
_MODIFIED = re.compile(r"unordered\((?P<path>.*)\)")


@dataclass(frozen=True, slots=True)
class Word:
    """A word as written, its normalised form, and where it stands in its text."""

    text: str
    start: int
    end: int


def words_of(text: str) -> Iterator[Word]:
    """Yield the words of `text`, lower case and without accents, with character offsets."""
    for match in _WORD.finditer(text):
        yield Word(without_accents(match.group()).lower(), match.start(), match.end())


def plain_words(text: str) -> list[str]:
    """Return the words of `text` as `words_of` normalises them, without offsets."""
    return _WORD.findall(text.lower()) if text.isascii() else [word.text for word in words_of(text)]


@dataclass(frozen=True, slots=True)
class QueryWord:
    """One word of a query; a prefix also matches longer words."""

    text: str
    prefix: bool

    def matches(self, word: str) -> bool:
        """Return whether the normalised `word` of a record satisfies this one."""
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
