"""Who may do what, walks through all records, and which attributes of a record are shown to whom."""

from __future__ import annotations

import pytest
import requests

from devstack.algolia.documents import JsonObject
from devstack.algolia.keys import KeyRing
from devstack.algolia.limits import AlgoliaError
from devstack.algolia.server import RunningEngine
from tests.engine.shop import APP_ID, KEYS, Caller, Shop

REFUSALS = {"Method not allowed with this API key", "Index not allowed with this API key"}
ADMIN = {"admin-key"}
SEARCH_ALL, SEARCH_SHOP = ADMIN | {"search-key"}, ADMIN | {"search-key", "shop-search-key"}
WRITE, BROWSE = ADMIN | {"indexing-key"}, ADMIN | {"browse-key"}


def several(*requests: JsonObject) -> JsonObject:
    return {"requests": list(requests)}


def action(name: str, **others: object) -> JsonObject:
    return several({"action": name, "body": {"objectID": "2"}, **others})


CALLS: list[tuple[str, str, object, set[str]]] = [
    ("POST", "/shop_products/query", {}, SEARCH_SHOP),
    ("POST", "/other/query", {}, SEARCH_ALL),
    ("GET", "/shop_products?query=bag", None, SEARCH_SHOP),
    ("GET", "/shop_products/1", None, SEARCH_SHOP),
    ("POST", "/*/queries", several({"indexName": "shop_products"}, {"indexName": "other"}), SEARCH_ALL),
    ("POST", "/*/objects", several({"indexName": "other", "objectID": "1"}), SEARCH_ALL),
    ("POST", "/shop_products/browse", {}, BROWSE),
    ("GET", "/other/browse", None, ADMIN),
    ("GET", "", None, BROWSE),
    ("POST", "/shop_products/1/partial", {"x": 1}, WRITE),
    ("POST", "/other/1/partial", {"x": 1}, ADMIN),
    ("GET", "/shop_products/task/1", None, WRITE),
    ("POST", "/shop_products/batch", action("updateObject"), WRITE),
    ("POST", "/shop_products/batch", action("deleteObject"), ADMIN),
    ("POST", "/*/batch", action("addObject", indexName="other"), ADMIN),
    ("DELETE", "/shop_products/9", None, ADMIN),
    ("GET", "/shop_products/settings", None, ADMIN),
    ("PUT", "/shop_products/settings", {}, ADMIN),
    ("POST", "/shop_products/clear", None, ADMIN),
    ("POST", "/shop_products/deleteByQuery", {"filters": "x=1"}, ADMIN),
    ("POST", "/shop_products/operation", {"operation": "copy", "destination": "c"}, ADMIN),
    ("DELETE", "/shop_products", None, ADMIN),
]


@pytest.mark.parametrize(("method", "path", "body", "allowed"), CALLS)
def test_rights_hold(filled: RunningEngine, method: str, path: str, body: object, allowed: set[str]) -> None:
    for key in sorted(KEYS, key=lambda name: name == "admin-key"):
        answer = Caller(filled, key)(method, f"/1/indexes{path}", body)
        if key in allowed:
            assert answer.status_code in {200, 201}, answer.text
        else:
            assert answer.status_code == 403
            assert answer.json()["message"] in REFUSALS


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-algolia-application-id": APP_ID},
        {"x-algolia-application-id": APP_ID, "x-algolia-api-key": "guess"},
        {"x-algolia-application-id": "OTHER", "x-algolia-api-key": "admin-key"},
    ],
)
def test_unknown_keys_and_applications_are_refused(server: RunningEngine, headers: dict[str, str]) -> None:
    answer = requests.get(f"{server.url}/1/indexes", headers=headers, timeout=5)
    told = {"message": "Invalid Application-ID or API key", "status": 403}
    assert (answer.status_code, answer.json()) == (403, told)


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ("[]", "expected a JSON object"),
        ('{"k": ["search"]}', "expected"),
        ('{"k": {"acl": ["serach"]}}', "unknown ACL serach"),
        ('{"k": {"acl": ["search"], "maxHitsPerQuery": -1}}', "maxHitsPerQuery"),
        ('{"k": {"acl": ["search"], "maxHitsPerQuery": true}}', "maxHitsPerQuery"),
        ("{", "Expecting"),
    ],
)
def test_malformed_keys_are_refused(keys: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        KeyRing.from_json(APP_ID, keys)


RECORDS: list[JsonObject] = [
    {"objectID": str(n), "color": ("red", "green")[n % 2], "size": n, "visual": {"model": "m", "pictures": n}}
    for n in range(10)
]


@pytest.fixture
def shop(shop: Shop) -> Shop:
    shop.fill(RECORDS, {"attributesForFaceting": ["color"], "customRanking": ["desc(size)"]})
    return shop


def walk(shop: Shop, first: JsonObject, others: JsonObject) -> list[JsonObject]:
    """All hits, page by page; the first request and the others have parameters of their own."""
    page = shop.engine.browse("shop", first)
    hits = list(page["hits"])
    while "cursor" in page:
        page = shop.engine.browse("shop", {"cursor": page["cursor"], **others})
        hits += page["hits"]
    return hits


WALKS: list[tuple[JsonObject, str]] = [
    ({}, "0123456789"),
    ({"filters": "color:red"}, "02468"),
    ({"facetFilters": ["color:red"]}, "02468"),
    ({"filters": "size >= 5 AND NOT color:green"}, "68"),
    ({"numericFilters": ["size < 3"]}, "012"),
    ({"query": "green"}, "13579"),
    ({"filters": "color:blue"}, ""),
]


@pytest.mark.parametrize("again", [False, True], ids=["cursor alone", "parameters again"])
@pytest.mark.parametrize("length", [1, 3, 5, 10, 1000])
@pytest.mark.parametrize(("selection", "expected"), WALKS, ids=lambda value: str(value)[:30])
def test_a_walk_shows_what_was_asked_for_of_each_selected_record_once(
    shop: Shop, selection: JsonObject, expected: str, length: int, *, again: bool
) -> None:
    asked = {**selection, "hitsPerPage": length, "attributesToRetrieve": ["size", "visual.model"]}
    hits = walk(shop, asked, asked if again else {})
    assert hits == [{"objectID": each, "size": int(each), "visual": {"model": "m"}} for each in expected]


def test_a_walk_shows_whole_records_unless_the_settings_or_the_request_say_otherwise(shop: Shop) -> None:
    assert walk(shop, {"hitsPerPage": 4}, {}) == RECORDS
    shop.engine.set_settings("shop", {"attributesToRetrieve": ["size"]})
    assert walk(shop, {"hitsPerPage": 4}, {})[0] == {"objectID": "0", "size": 0}
    assert walk(shop, {"hitsPerPage": 4, "attributesToRetrieve": ["*"]}, {}) == RECORDS


def test_a_walk_ignores_ranking_and_what_was_deleted_before_it(shop: Shop) -> None:
    shop.write(*(("deleteObject", {"objectID": each}) for each in ("0", "4")))
    page = shop.engine.browse("shop", {"hitsPerPage": 3, "optionalFilters": "color:green", "query": ""})
    assert ([hit["objectID"] for hit in page["hits"]], page["nbHits"]) == (["1", "2", "3"], 8)


@pytest.mark.parametrize("cursor", ["x", "", "e30=", 3, "é"])
def test_a_made_up_cursor_is_refused(shop: Shop, cursor: object) -> None:
    with pytest.raises(AlgoliaError, match="Cursor is not valid"):
        shop.engine.browse("shop", {"cursor": cursor})


SECRET: JsonObject = {"objectID": "1", "name": "bag", "cost": {"price": 3, "currency": "EUR"}}
ONE: JsonObject = {"indexName": "secrets", "objectID": "1"}
NAMED = {**ONE, "attributesToRetrieve": ["cost", "name"]}
READS: list[tuple[str, str, JsonObject | None]] = [
    ("POST", "/1/indexes/secrets/query", {}),
    ("GET", "/1/indexes/secrets", None),
    ("POST", "/1/indexes/secrets/browse", {}),
    ("GET", "/1/indexes/secrets/browse", None),
    ("GET", "/1/indexes/secrets/1", None),
    ("POST", "/1/indexes/*/objects", {"requests": [ONE]}),
    ("POST", "/1/indexes/*/objects", {"requests": [NAMED]}),
]


def records(answer: JsonObject) -> list[JsonObject]:
    found: list[JsonObject] = answer.get("hits") or answer.get("results") or [answer]
    return found


@pytest.mark.parametrize(("method", "path", "body"), READS)
def test_unretrievable_attributes_are_hidden_from_all_but_the_keys_that_may_see_them(
    server: RunningEngine, admin: Caller, method: str, path: str, body: JsonObject | None
) -> None:
    hidden = {"unretrievableAttributes": ["cost.price"], "attributesToHighlight": []}
    admin("PUT", "/1/indexes/secrets/settings", hidden).raise_for_status()
    admin("PUT", "/1/indexes/secrets/1", SECRET).raise_for_status()
    bare = {**SECRET, "cost": {"currency": "EUR"}}
    seen = {"search-key": bare, "reader-key": bare, "insight-key": SECRET, "admin-key": SECRET}
    if path.endswith("browse"):
        del seen["search-key"]
    for key, expected in seen.items():
        assert records(Caller(server, key)(method, path, body).json()) == [expected], key


def test_records_are_shown_whole_whatever_settings_show_of_hits(server: RunningEngine, admin: Caller) -> None:
    admin("PUT", "/1/indexes/secrets/settings", {"attributesToRetrieve": ["name"]}).raise_for_status()
    admin("PUT", "/1/indexes/secrets/1", SECRET).raise_for_status()
    reader = Caller(server, "search-key")
    assert reader("POST", "/1/indexes/*/objects", {"requests": [ONE]}).json() == {"results": [SECRET]}
    assert reader("GET", "/1/indexes/secrets/1").json() == SECRET
