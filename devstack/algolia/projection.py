"""Which attributes of a record an answer shows."""

from __future__ import annotations

import copy
from collections.abc import Sequence

from devstack.algolia.documents import JsonObject


def project(record: JsonObject, wanted: Sequence[str], hidden: Sequence[str]) -> JsonObject:
    """Return a copy of `record` with the `wanted` attributes, without the `hidden` ones.

    `*` stands for all, `-a` for all but `a`; the objectID is always shown.
    """
    excluded = {path[1:] for path in wanted if path.startswith("-")} | set(hidden)
    included = [path for path in wanted if not path.startswith("-")]
    if "*" in included or (excluded and not included):
        shown = copy.deepcopy(record)
    else:
        shown = {}
        for path in included:
            _copy_path(record, shown, path.split("."))
    for path in excluded:
        _remove(shown, path.split("."))
    shown["objectID"] = record["objectID"]
    return shown


def _copy_path(source: JsonObject, target: JsonObject, steps: list[str]) -> None:
    key, rest = steps[0], steps[1:]
    if key not in source:
        return
    value = source[key]
    if not rest:
        target[key] = copy.deepcopy(value)
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
