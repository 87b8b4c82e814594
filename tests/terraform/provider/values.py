"""A resource's values as Terraform sends them, walked beside the resource's schema; pure.

A block is a dictionary of `attributes` and `blocks` as `google.json` has it; values are plain Python, with a
value that is not known yet as one of msgpack's extension types.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import msgpack

Block = Mapping[str, Any]
Path = tuple[str | int, ...]
UNKNOWN = msgpack.ExtType(0, b"\x00")


def is_unknown(value: object) -> bool:
    """Whether the value is not known yet."""
    return isinstance(value, msgpack.ExtType)


def planned(block: Block, values: dict[str, Any]) -> dict[str, Any]:
    """The values with everything unknown that only an answer of the cloud could tell."""
    return _filled(block, values, lambda value: value is None, lambda _name, _kind: UNKNOWN)


def applied(block: Block, values: dict[str, Any], answer: Callable[[str, Any], Any]) -> dict[str, Any]:
    """The values with `answer(name, type)` in place of what the cloud would tell."""
    return _filled(block, values, lambda value: value is None or is_unknown(value), answer)


def _filled(
    block: Block, values: dict[str, Any], open_: Callable[[Any], bool], answer: Callable[[str, Any], Any]
) -> dict[str, Any]:
    filled = dict(values)
    for name, attribute in block.get("attributes", {}).items():
        value = values.get(name)
        if attribute.get("computed") and open_(value):
            filled[name] = answer(name, attribute["type"])
    for name, nested in block.get("blocks", {}).items():
        filled[name] = _within(values.get(name), partial(_filled, nested, open_=open_, answer=answer))
    return filled


def _within(value: Any, change: Callable[[dict[str, Any]], Any]) -> Any:
    if isinstance(value, dict):
        return change(value)
    return [change(inner) for inner in value] if isinstance(value, list) else value


def faults(block: Block, values: Mapping[str, Any], at: Path = ()) -> Iterator[tuple[Path, str]]:
    """Each attribute that may not be as it is, with what to write instead."""
    for name, attribute in block.get("attributes", {}).items():
        for path, value in _each(values.get(name), (*at, name)):
            yield from ((path, fault) for fault in _attribute_faults(name, attribute, value))
    for name, nested in block.get("blocks", {}).items():
        for path, inner in _each(values.get(name), (*at, name)):
            if isinstance(inner, dict):
                yield from faults(nested, inner, path)


def _attribute_faults(name: str, attribute: Block, value: object) -> Iterator[str]:
    possible = attribute.get("values", ())
    if possible and isinstance(value, str) and value not in possible:
        yield f'"{value}" is none of: {", ".join(possible)}'
    if value is not None and not (attribute.get("optional") or attribute.get("required")):
        yield f"{name} is told by the cloud; leave it out"


def _each(value: Any, at: Path) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, list):
        yield from (((*at, index), inner) for index, inner in enumerate(value))
    else:
        yield at, value
