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
    value = document.get(path) if isinstance(document, dict) and "." not in path else None
    if isinstance(value, str):
        return iter((value,))
    return _walk(document, path.split("."))


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
    """Return the `wanted` attributes of `record`, without the `hidden` ones.

    `*` stands for all, `-a` for all but `a`; the objectID is always shown. Values are the record's own: to
    copy those of a hundred hits took a third of a search, and nobody changes an answer.
    """
    excluded = {path[1:] for path in wanted if path.startswith("-")} | set(hidden)
    included = [path for path in wanted if not path.startswith("-")]
    if "*" in included or (excluded and not included):
        shown = {name: value for name, value in record.items() if name not in excluded}
    else:
        shown = {}
        for path in included:
            _copy_path(record, shown, path.split("."))
    for path in excluded:
        shown = _without(shown, path.split("."))
    shown["objectID"] = record["objectID"]
    return shown


def _copy_path(source: JsonObject, target: JsonObject, steps: list[str]) -> None:
    key, rest = steps[0], steps[1:]
    if key not in source:
        return
    value = source[key]
    if not rest:
        target[key] = value
    elif isinstance(value, dict):
        _copy_path(value, target.setdefault(key, {}), rest)
    elif isinstance(value, list):
        parts = target.setdefault(key, [{} for _ in value])
        for element, part in zip(value, parts, strict=True):
            if isinstance(element, dict):
                _copy_path(element, part, rest)


def _without(node: Any, steps: list[str]) -> Any:  # noqa: ANN401 - as deep as the record
    """The node without what lies at a path; what is changed is new."""
    if isinstance(node, list):
        return [_without(element, steps) for element in node]
    if not isinstance(node, dict) or steps[0] not in node:
        return node
    if len(steps) == 1:
        return {name: value for name, value in node.items() if name != steps[0]}
    return {**node, steps[0]: _without(node[steps[0]], steps[1:])}
