"""The actions of a batch, partial updates with Algolia's built-in operations included.

Actions are checked when accepted, and applied in order when published. Operations are those of the
`partialUpdateObject` page. A rejected IncrementFrom or IncrementSet drops the whole update, the other
attributes included. Both are for integers: what else an attribute may hold is neither matched nor surpassed,
and rejects them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from devstack.algolia.documents import JsonObject, size_in_bytes
from devstack.algolia.index import Table
from devstack.algolia.limits import MAX_BATCH_OPERATIONS, AlgoliaError

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
        if _is_rejected(name, current if attribute in result else 0, operand):
            return None
        result[attribute] = _OPERATIONS[name](current, operand)
    return result


def _is_rejected(name: str, current: object, operand: int) -> bool:
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


_LOG = logging.getLogger(__name__)

PARTIAL_ACTIONS = frozenset({"partialUpdateObject", "partialUpdateObjectNoCreate"})
RECORD_ACTIONS = PARTIAL_ACTIONS | {"addObject", "updateObject", "deleteObject"}
ACTIONS = RECORD_ACTIONS | {"delete", "clear"}


@dataclass(frozen=True, slots=True)
class Action:
    """One action of a batch; `object_id` is empty for those on the whole index."""

    name: str
    object_id: str
    body: JsonObject


def read_actions(raw: object, new_id: Callable[[], str], max_record_bytes: int) -> list[Action]:
    """Return the actions of a batch body's `requests`; raises AlgoliaError (400)."""
    if not isinstance(raw, list) or len(raw) > MAX_BATCH_OPERATIONS:
        raise AlgoliaError(f"requests: expected an array of at most {MAX_BATCH_OPERATIONS} operations")
    actions = [_read_action(entry, new_id) for entry in raw]
    for position, action in enumerate(actions):
        _check_size(position, action, max_record_bytes)
    return actions


def _read_action(raw: object, new_id: Callable[[], str]) -> Action:
    if not isinstance(raw, dict) or raw.get("action") not in ACTIONS:
        raise AlgoliaError(f"Invalid batch operation: action must be one of {', '.join(sorted(ACTIONS))}")
    name, body = raw["action"], raw.get("body") or {}
    if not isinstance(body, dict):
        raise AlgoliaError(f"The body of action={name} must be an object")
    if name not in RECORD_ACTIONS:
        return Action(name, "", {})
    if name in PARTIAL_ACTIONS:
        check_partial_update(body)
    object_id = _object_id(name, body, new_id)
    return Action(name, object_id, {**body, "objectID": object_id})


def _object_id(action: str, body: JsonObject, new_id: Callable[[], str]) -> str:
    given = body.get("objectID")
    if given is None and action == "addObject":
        return new_id()
    if isinstance(given, bool) or not isinstance(given, str | int) or given == "":
        raise AlgoliaError(f"The 'objectID' attribute is required to use action={action}")
    return str(given)


def check_outcomes(
    actions: Sequence[Action], find: Callable[[str], JsonObject | None], max_record_bytes: int
) -> None:
    """Raise AlgoliaError (400) where a record would be too big after its action.

    `find` returns the records before the batch; those that earlier actions of the batch leave are known here.
    """
    left: dict[str, JsonObject | None] = {}
    for position, action in enumerate(actions):
        if action.name not in RECORD_ACTIONS:
            left, find = {}, lambda _: None
            continue
        before = left[action.object_id] if action.object_id in left else find(action.object_id)
        after = left[action.object_id] = _outcome(before, action)
        if after is not None:
            _check_size(position, Action(action.name, action.object_id, after), max_record_bytes)


def _check_size(position: int, action: Action, most: int) -> None:
    size = size_in_bytes(action.body)
    if size > most:
        raise AlgoliaError(
            f"Record at the position {position} objectID={action.object_id} is too big "
            f"size={size}/{most} bytes"
        )


def apply_action(table: Table, action: Action, max_record_bytes: int) -> None:
    """Make any change but `delete`; a partial update that would outgrow the limit is dropped and logged."""
    if action.name == "clear":
        table.clear()
        return
    before = table.get(action.object_id)
    after = _outcome(before, action)
    if after is before:
        return
    if after is None:
        table.remove(action.object_id)
    elif action.name in PARTIAL_ACTIONS and size_in_bytes(after) > max_record_bytes:
        _LOG.warning("partial update of objectID=%s dropped: the record would be too big", action.object_id)
    else:
        table.put(after)


def _outcome(before: JsonObject | None, action: Action) -> JsonObject | None:
    """Return the record that an action on `before` leaves, None for no record."""
    match action.name:
        case "addObject" | "updateObject":
            return action.body
        case "deleteObject":
            return None
        case "partialUpdateObjectNoCreate" if before is None:
            return None
        case _:
            updated = apply_partial_update(before, action.body)
            return before if updated is None else updated
