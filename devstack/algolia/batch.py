"""The actions of a batch: checked when accepted, applied in order when published."""

from __future__ import annotations

import logging
from collections.abc import Callable
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


def _check_size(position: int, action: Action, most: int) -> None:
    size = size_in_bytes(action.body)
    if size > most:
        raise AlgoliaError(
            f"Record at the position {position} objectID={action.object_id} is too big "
            f"size={size}/{most} bytes"
        )


def apply_action(table: Table, action: Action, max_record_bytes: int) -> None:
    """Make any change but `delete`; a partial update that would outgrow the limit is dropped and logged."""
    match action.name:
        case "addObject" | "updateObject":
            table.put(action.body)
        case "deleteObject":
            table.remove(action.object_id)
        case "clear":
            table.clear()
        case _:
            _update_partially(table, action, max_record_bytes)


def _update_partially(table: Table, action: Action, max_record_bytes: int) -> None:
    record = table.get(action.object_id)
    if record is None and action.name == "partialUpdateObjectNoCreate":
        return
    updated = apply_partial_update(record, action.body)
    if updated is None:
        return
    if size_in_bytes(updated) > max_record_bytes:
        _LOG.warning("partial update of objectID=%s dropped: the record would be too big", action.object_id)
        return
    table.put(updated)
