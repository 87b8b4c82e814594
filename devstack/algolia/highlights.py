"""Highlighting of a query's words in records and in facet values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from devstack.algolia.documents import JsonObject, Scalar, facet_text
from devstack.algolia.text import QueryWord, Word, words_of


@dataclass(frozen=True, slots=True)
class Highlighter:
    """Highlights the words of one query between `pre` and `post`."""

    query: Sequence[QueryWord]
    pre: str
    post: str

    def record(self, record: JsonObject, paths: Sequence[str]) -> JsonObject:
        """Return the highlights of the attributes at `paths` (`*`: all), shaped like the record."""
        if "*" in paths:
            paths = [key for key in record if key != "objectID"]
        result: JsonObject = {}
        for path in paths:
            self._merge(result, record, path.split("."))
        return result

    def _merge(self, target: JsonObject, source: JsonObject, steps: list[str]) -> None:
        key = steps[0]
        if key not in source:
            return
        highlighted = self._node(source[key], steps[1:])
        if highlighted is not None:
            target[key] = _combined(target.get(key), highlighted)

    def _node(self, node: object, steps: list[str]) -> Any | None:  # noqa: ANN401 - as deep as the record
        if isinstance(node, list):
            return [inner for element in node if (inner := self._node(element, steps)) is not None]
        if isinstance(node, dict):
            keys = steps[:1] or list(node)
            return {key: self._node(node[key], steps[1:]) for key in keys if key in node}
        return self.text(facet_text(node)) if isinstance(node, Scalar) and not steps else None

    def text(self, text: str) -> JsonObject:
        """Return one highlight: value, match level and the query's words found."""
        marked = [(word, hit) for word in words_of(text) if (hit := self._hit(word)) is not None]
        matched = list(dict.fromkeys(hit.text for _, hit in marked))
        result: JsonObject = {
            "value": self._marked(text, marked),
            "matchLevel": self._level(matched),
            "matchedWords": matched,
        }
        if marked:
            result["fullyHighlighted"] = sum(1 for _ in words_of(text)) == len(marked)
        return result

    def _hit(self, word: Word) -> QueryWord | None:
        return next((wanted for wanted in self.query if wanted.matches(word.text)), None)

    def _level(self, matched: list[str]) -> str:
        if not matched:
            return "none"
        return "full" if {word.text for word in self.query} <= set(matched) else "partial"

    def _marked(self, text: str, marked: Sequence[tuple[Word, QueryWord]]) -> str:
        parts, position = [], 0
        for word, hit in marked:
            end = word.start + len(hit.text) if len(word.text) == word.end - word.start else word.end
            parts += [text[position : word.start], self.pre, text[word.start : end], self.post]
            position = end
        return "".join([*parts, text[position:]])


def _combined(present: Any, added: Any) -> Any:  # noqa: ANN401 - as deep as the record
    if isinstance(present, dict) and isinstance(added, dict):
        return {**present, **{key: _combined(present.get(key), value) for key, value in added.items()}}
    if isinstance(present, list) and isinstance(added, list):
        return [_combined(left, right) for left, right in zip(present, added, strict=False)]
    return added
