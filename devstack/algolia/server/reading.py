"""Endpoints that read: search, browse, records, settings, tasks, and the list of indices."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from devstack.algolia.documents import JsonObject
from devstack.algolia.limits import MAX_HITS_PER_PAGE, MAX_QUERIES_PER_REQUEST, AlgoliaError
from devstack.algolia.parameters import invalid, strings
from devstack.algolia.server.call import Call, Endpoint, as_object, iso_time

# Fields of an entry of a multi-query request that are no search parameters.
_ENVELOPE = frozenset({"indexName", "type", "facet", "extensions"})


def _search_several(call: Call) -> JsonObject:
    body = call.json
    requests, strategy = body.get("requests"), body.get("strategy", "none")
    if not isinstance(requests, list) or len(requests) > MAX_QUERIES_PER_REQUEST:
        raise AlgoliaError(f"requests: expected an array of at most {MAX_QUERIES_PER_REQUEST} queries")
    if strategy not in {"none", "stopIfEnoughMatches"}:
        raise AlgoliaError("strategy: expected none or stopIfEnoughMatches")
    results: list[JsonObject] = []
    enough = False
    for request in map(as_object, requests):
        if enough:
            results.append({"index": request.get("indexName"), "hits": [], "processed": False})
            continue
        results.append(result := _search_one(call, request))
        enough = strategy != "none" and len(result.get("hits", [])) >= result.get("hitsPerPage", 1)
    return {"results": results}


def _search_one(call: Call, request: JsonObject) -> JsonObject:
    name = request.get("indexName")
    if not isinstance(name, str):
        raise AlgoliaError("indexName: expected a string in every request")
    call.key.require("search", [name])
    parameters = {key: value for key, value in request.items() if key not in _ENVELOPE}
    match request.get("type", "default"):
        case "default":
            return {**_search(call, name, parameters), "index": name}
        case "facet":
            return {**call.engine.search_facet(name, str(request.get("facet")), parameters), "index": name}
    raise AlgoliaError("type: expected default or facet")


def _url_parameters(query: Mapping[str, str]) -> JsonObject:
    return {"params": query.get("params") or urlencode(dict(query))}


def _get_object(call: Call) -> JsonObject:
    wanted = call.query.get("attributesToRetrieve", "*").split(",")
    return call.engine.get_object(call.index, call.path["object_id"], wanted, call.key.rights)


def _get_objects(call: Call) -> JsonObject:
    requests = call.json.get("requests")
    if not isinstance(requests, list) or len(requests) > MAX_HITS_PER_PAGE:
        raise AlgoliaError(f"requests: expected an array of at most {MAX_HITS_PER_PAGE} records")
    return {"results": [_object_or_none(call, as_object(request)) for request in requests]}


def _object_or_none(call: Call, request: JsonObject) -> JsonObject | None:
    name, object_id = str(request.get("indexName")), str(request.get("objectID"))
    call.key.require("search", [name])
    wanted = strings("attributesToRetrieve", request.get("attributesToRetrieve") or ["*"])
    return call.engine.find_object(name, object_id, wanted, call.key.rights)


def _get_task(call: Call) -> JsonObject:
    number = call.path["task"]
    if not number.isascii() or not number.isdigit():
        raise AlgoliaError("taskID: expected an integer")
    published = call.engine.is_published(int(number))
    return {"status": "published" if published else "notPublished", "pendingTask": not published}


def _list_indices(call: Call) -> JsonObject:
    visible = [entry for entry in call.engine.list_indices() if call.key.reaches(entry["name"])]
    length = _url_integer(call, "hitsPerPage", 100)
    page = _url_integer(call, "page", 0)
    shown = visible[page * length : (page + 1) * length]
    return {"items": [_index_item(entry) for entry in shown], "nbPages": -(-len(visible) // max(length, 1))}


def _url_integer(call: Call, name: str, default: int) -> int:
    text = call.query.get(name, str(default))
    if not text.isascii() or not text.isdigit() or int(text) > MAX_HITS_PER_PAGE:
        raise invalid(name, f"an integer between 0 and {MAX_HITS_PER_PAGE}")
    return int(text)


def _index_item(entry: JsonObject) -> JsonObject:
    relatives = {name: entry[name] for name in ("primary", "replicas") if entry[name]}
    return {
        "name": entry["name"],
        "createdAt": iso_time(entry["created"]),
        "updatedAt": iso_time(entry["updated"]),
        "entries": entry["entries"],
        "dataSize": entry["dataSize"],
        "fileSize": entry["dataSize"],
        "lastBuildTimeS": 0,
        "numberOfPendingTasks": entry["pending"],
        "pendingTask": entry["pending"] > 0,
        **relatives,
    }


def _search(call: Call, name: str, parameters: JsonObject) -> JsonObject:
    return call.engine.search(name, parameters, call.key.rights)


def _search_by_url(call: Call) -> JsonObject:
    return _search(call, call.index, _url_parameters(call.query))


def _browse(call: Call, parameters: JsonObject) -> JsonObject:
    return call.engine.browse(call.index, parameters, call.key.rights)


def _browse_by_url(call: Call) -> JsonObject:
    query = dict(call.query)
    cursor = {"cursor": query.pop("cursor")} if "cursor" in query else {}
    return _browse(call, {**_url_parameters(query), **cursor})


def _search_facet(call: Call) -> JsonObject:
    return call.engine.search_facet(call.index, call.path["facet"], call.json)


def _get_settings(call: Call) -> JsonObject:
    return call.engine.get_settings(call.index)


READING = (
    Endpoint("POST", "/1/indexes/*/queries", "search", _search_several),
    Endpoint("POST", "/1/indexes/*/objects", "search", _get_objects),
    Endpoint("GET", "/1/indexes", "listIndexes", _list_indices),
    Endpoint("POST", "/1/indexes/{index}/query", "search", lambda call: _search(call, call.index, call.json)),
    Endpoint("GET", "/1/indexes/{index}", "search", _search_by_url),
    Endpoint("POST", "/1/indexes/{index}/browse", "browse", lambda call: _browse(call, call.json)),
    Endpoint("GET", "/1/indexes/{index}/browse", "browse", _browse_by_url),
    Endpoint("POST", "/1/indexes/{index}/facets/{facet}/query", "search", _search_facet),
    Endpoint("GET", "/1/indexes/{index}/settings", "settings", _get_settings),
    Endpoint("GET", "/1/indexes/{index}/task/{task}", "addObject", _get_task),
    Endpoint("GET", "/1/indexes/{index}/{object_id}", "search", _get_object),
)
