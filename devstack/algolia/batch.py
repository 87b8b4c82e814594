"""The actions of a batch: checked when accepted, applied in order when published."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from devstack.algolia.documents import JsonObject, size_in_bytes
from devstack.algolia.errors import AlgoliaError
from devstack.algolia.limits import MAX_BATCH_OPERATIONS
from devstack.algolia.operations import apply_partial_update, check_partial_update
from devstack.algolia.table import Table

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
            left, find = {}, _nothing
            continue
        before = left[action.object_id] if action.object_id in left else find(action.object_id)
        after = left[action.object_id] = _outcome(before, action)
        if after is not None:
            _check_size(position, Action(action.name, action.object_id, after), max_record_bytes)


def _nothing(_object_id: str) -> None:
    return None


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
