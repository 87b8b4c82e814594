"""Endpoints that write: each answers with the task that will make its change visible."""

from __future__ import annotations

from collections import defaultdict

from devstack.algolia.batch import ACTIONS
from devstack.algolia.documents import JsonObject
from devstack.algolia.limits import MAX_BATCH_OPERATIONS, AlgoliaError
from devstack.algolia.parameters import strings
from devstack.algolia.server.call import Call, Endpoint, as_object

_ACL_OF_ACTION = {"deleteObject": "deleteObject", "delete": "deleteIndex", "clear": "deleteIndex"}


def _write_one(call: Call, action: str, body: JsonObject) -> tuple[int, str]:
    task, (object_id,) = call.engine.batch(call.index, [{"action": action, "body": body}])
    return task, object_id


def _add(call: Call) -> JsonObject:
    task, object_id = _write_one(call, "addObject", call.json)
    return call.stamped("createdAt", task, objectID=object_id)


def _replace(call: Call) -> JsonObject:
    task, object_id = _write_one(call, "updateObject", {**call.json, "objectID": call.path["object_id"]})
    return call.stamped("updatedAt", task, objectID=object_id)


def _update_partially(call: Call) -> JsonObject:
    create = _flag(call, "createIfNotExists", default="true")
    action = "partialUpdateObject" if create else "partialUpdateObjectNoCreate"
    task, object_id = _write_one(call, action, {**call.json, "objectID": call.path["object_id"]})
    return call.stamped("updatedAt", task, objectID=object_id)


def _delete_object(call: Call) -> JsonObject:
    task, _ = _write_one(call, "deleteObject", {"objectID": call.path["object_id"]})
    return call.stamped("deletedAt", task)


def _batch(call: Call) -> JsonObject:
    requests = _requests(call)
    _require_actions(call, call.index, requests)
    task, object_ids = call.engine.batch(call.index, requests)
    return {"taskID": task, "objectIDs": object_ids}


def _batch_several(call: Call) -> JsonObject:
    by_index: dict[str, list[JsonObject]] = defaultdict(list)
    for request in _requests(call):
        by_index[str(request.get("indexName"))].append(request)
    for name, requests in by_index.items():
        _require_actions(call, name, requests)
    accepted = {name: call.engine.batch(name, requests) for name, requests in by_index.items()}
    return {
        "taskID": {name: task for name, (task, _) in accepted.items()},
        "objectIDs": [object_id for _, object_ids in accepted.values() for object_id in object_ids],
    }


def _requests(call: Call) -> list[JsonObject]:
    requests = call.json.get("requests")
    if not isinstance(requests, list) or len(requests) > MAX_BATCH_OPERATIONS:
        raise AlgoliaError(f"requests: expected an array of at most {MAX_BATCH_OPERATIONS} operations")
    return [as_object(request) for request in requests]


def _require_actions(call: Call, index: str, requests: list[JsonObject]) -> None:
    for action in {str(request.get("action")) for request in requests} & ACTIONS:
        call.key.require(_ACL_OF_ACTION.get(action, "addObject"), [index])


def _set_settings(call: Call) -> JsonObject:
    forward = _flag(call, "forwardToReplicas", default="false")
    task = call.engine.set_settings(call.index, call.json, forward_to_replicas=forward)
    return call.stamped("updatedAt", task)


def _flag(call: Call, name: str, default: str) -> bool:
    value = call.query.get(name, default)
    if value not in {"true", "false"}:
        raise AlgoliaError(f"{name}: expected true or false")
    return value == "true"


def _operation(call: Call) -> JsonObject:
    body = call.json
    destination = body.get("destination")
    if not isinstance(destination, str) or not destination:
        raise AlgoliaError("destination: expected the name of an index")
    call.key.require("addObject", [destination])
    match body.get("operation"):
        case "copy":
            task = call.engine.copy(call.index, destination, strings("scope", body.get("scope") or []))
        case "move":
            task = call.engine.move(call.index, destination)
        case _:
            raise AlgoliaError("operation: expected copy or move")
    return call.stamped("updatedAt", task)


WRITING = (
    Endpoint("POST", "/1/indexes/*/batch", "addObject", _batch_several),
    Endpoint("POST", "/1/indexes/{index}", "addObject", _add, status=201),
    Endpoint(
        "DELETE",
        "/1/indexes/{index}",
        "deleteIndex",
        lambda call: call.stamped("deletedAt", call.engine.delete_index(call.index)),
    ),
    Endpoint("POST", "/1/indexes/{index}/batch", "", _batch),
    Endpoint("PUT", "/1/indexes/{index}/settings", "editSettings", _set_settings),
    Endpoint(
        "POST",
        "/1/indexes/{index}/clear",
        "deleteIndex",
        lambda call: call.stamped("updatedAt", call.engine.clear(call.index)),
    ),
    Endpoint(
        "POST",
        "/1/indexes/{index}/deleteByQuery",
        "deleteIndex",
        lambda call: call.stamped("updatedAt", call.engine.delete_by(call.index, call.json)),
    ),
    Endpoint("POST", "/1/indexes/{index}/operation", "addObject", _operation),
    Endpoint(
        "PUT",
        "/1/indexes/{index}/rules/{rule}",
        "editSettings",
        lambda call: call.stamped(
            "updatedAt", call.engine.save_rule(call.index, call.path["rule"], call.json)
        ),
    ),
    Endpoint("POST", "/1/indexes/{index}/{object_id}/partial", "addObject", _update_partially),
    Endpoint("PUT", "/1/indexes/{index}/{object_id}", "addObject", _replace),
    Endpoint("DELETE", "/1/indexes/{index}/{object_id}", "deleteObject", _delete_object),
)
