"""Partial updates with Algolia's built-in operations, as the `partialUpdateObject` page documents them.

A rejected IncrementFrom or IncrementSet drops the whole update, the other attributes included. Both are for
integers: what else an attribute may hold is neither matched nor surpassed, and rejects them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from devstack.algolia.documents import JsonObject
from devstack.algolia.errors import AlgoliaError

_GUARDS = frozenset({"IncrementFrom", "IncrementSet"})
_NUMERIC = _GUARDS | {"Increment", "Decrement"}
_LISTS = frozenset({"Add", "Remove", "AddUnique"})


def check_partial_update(update: JsonObject) -> None:
    """Raise AlgoliaError (400) for an unknown operation, a wrong operand, or one below the top level."""
    for attribute, value in update.items():
        if _is_operation(value):
            _check_operation(attribute, value)
        elif _holds_operation(value):
            raise AlgoliaError(f"Attribute {attribute}: operations apply to first-level attributes only")


def _is_operation(value: object) -> bool:
    return isinstance(value, dict) and "_operation" in value


def _holds_operation(value: object) -> bool:
    if isinstance(value, list):
        return any(_is_operation(element) or _holds_operation(element) for element in value)
    return isinstance(value, dict) and _holds_operation(list(value.values()))


def _check_operation(attribute: str, operation: JsonObject) -> None:
    name, operand = operation["_operation"], operation.get("value")
    if name in _NUMERIC:
        valid = _is_number(operand) and (name not in _GUARDS or isinstance(operand, int))
    elif name in _LISTS:
        valid = isinstance(operand, str) or _is_number(operand)
    else:
        raise AlgoliaError(f"Attribute {attribute}: unknown operation {name!r}")
    if not valid or operation.keys() - {"_operation", "value"}:
        raise AlgoliaError(f"Attribute {attribute}: invalid value {operand!r} for operation {name}")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def apply_partial_update(record: JsonObject | None, update: JsonObject) -> JsonObject | None:
    """Return the updated record, None where the update is to be dropped; no `record` means a new one."""
    result = dict(record or {})
    for attribute, value in update.items():
        if not _is_operation(value):
            result[attribute] = value
            continue
        name, operand = value["_operation"], value["value"]
        current = result.get(attribute)
        if _refused(name, current if attribute in result else 0, operand):
            return None
        result[attribute] = _OPERATIONS[name](current, operand)
    return result


def _refused(name: str, current: object, operand: int) -> bool:
    if name not in _GUARDS:
        return False
    held = _integer(current)
    return held is None or (operand <= held if name == "IncrementSet" else operand != held)


def _integer(value: object) -> int | None:
    match value:
        case bool():
            return None
        case int():
            return value
        case float() if value.is_integer():
            return int(value)
    return None


def _number(value: object) -> float:
    return value if isinstance(value, int | float) else 0


def _list(value: object) -> list[Any]:
    return list(value) if isinstance(value, list) else []


_OPERATIONS: dict[str, Callable[[object, Any], object]] = {
    "Increment": lambda current, operand: _number(current) + operand,
    "Decrement": lambda current, operand: _number(current) - operand,
    "IncrementFrom": lambda _, operand: operand + 1,
    "IncrementSet": lambda _, operand: operand,
    "Add": lambda current, operand: [*_list(current), operand],
    "AddUnique": lambda current, operand: [
        *(kept := _list(current)),
        *([] if operand in kept else [operand]),
    ],
    "Remove": lambda current, operand: [element for element in _list(current) if element != operand],
}
