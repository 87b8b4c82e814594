"""Records as JSON documents: attribute paths through nested objects, projection, and text normalization."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

JsonObject: TypeAlias = dict[str, Any]
Scalar: TypeAlias = str | int | float | bool


def values_at(document: object, path: str) -> Iterator[Scalar]:
    """Yield every scalar at a dotted `path`, looking through arrays (`labels.description`)."""
    yield from _walk(document, path.split("."))


def _walk(node: object, steps: list[str]) -> Iterator[Scalar]:
    if isinstance(node, list):
        for element in node:
            yield from _walk(element, steps)
    elif isinstance(node, dict) and steps:
        if steps[0] in node:
            yield from _walk(node[steps[0]], steps[1:])
    elif isinstance(node, Scalar) and not steps:
        yield node


def facet_text(value: Scalar) -> str:
    """Return a facet value as Algolia shows it: `true`, `12`, `3.5` or the string itself."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def number(value: Scalar) -> float | None:
    """Return a number or boolean as a float; a string, or an integer beyond any float, as None."""
    try:
        return None if isinstance(value, str) else float(value)
    except OverflowError:
        return None


def without_accents(text: str) -> str:
    """Return `text` without combining marks."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def size_in_bytes(document: JsonObject) -> int:
    """Return the length of the minified JSON in UTF-8, the measure of Algolia's record limit."""
    return len(json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode())


def project(record: JsonObject, wanted: Sequence[str], hidden: Sequence[str]) -> JsonObject:
    """Return a copy of `record` with the `wanted` attributes, without the `hidden` ones.

    `*` stands for all, `-a` for all but `a`; the objectID is always shown.
    """
    excluded = {path[1:] for path in wanted if path.startswith("-")} | set(hidden)
    included = [path for path in wanted if not path.startswith("-")]
    if "*" in included or (excluded and not included):
        shown = {name: _copied(value) for name, value in record.items() if name not in excluded}
    else:
        shown = {}
        for path in included:
            _copy_path(record, shown, path.split("."))
    for path in excluded:
        _remove(shown, path.split("."))
    shown["objectID"] = record["objectID"]
    return shown


def _copied(value: object) -> object:
    """A copy of what JSON can say: a hundred hits take a fifth of the time that `deepcopy` does."""
    if isinstance(value, dict):
        return {name: _copied(each) for name, each in value.items()}
    return [_copied(each) for each in value] if isinstance(value, list) else value


def _copy_path(source: JsonObject, target: JsonObject, steps: list[str]) -> None:
    key, rest = steps[0], steps[1:]
    if key not in source:
        return
    value = source[key]
    if not rest:
        target[key] = _copied(value)
    elif isinstance(value, dict):
        _copy_path(value, target.setdefault(key, {}), rest)
    elif isinstance(value, list):
        parts = target.setdefault(key, [{} for _ in value])
        for element, part in zip(value, parts, strict=True):
            if isinstance(element, dict):
                _copy_path(element, part, rest)


def _remove(node: object, steps: list[str]) -> None:
    if isinstance(node, list):
        for element in node:
            _remove(element, steps)
    elif isinstance(node, dict) and steps[0] in node:
        if len(steps) == 1:
            del node[steps[0]]
        else:
            _remove(node[steps[0]], steps[1:])
