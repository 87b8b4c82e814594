"""Keys and what they may do."""

from __future__ import annotations

import pytest
import requests

from devstack.algolia.keys import KeyRing
from devstack.algolia.server import RunningEngine
from tests.engine.caller import Caller
from tests.engine.keys import APP_ID, KEYS

ANY_KEY = set(KEYS)
CALLS = [
    ("POST", "/1/indexes/shop_products/query", {}, {"admin-key", "search-key", "shop-search-key"}),
    ("POST", "/1/indexes/other/query", {}, {"admin-key", "search-key"}),
    ("GET", "/1/indexes/shop_products?query=bag", None, {"admin-key", "search-key", "shop-search-key"}),
    ("GET", "/1/indexes/shop_products/1", None, {"admin-key", "search-key", "shop-search-key"}),
    (
        "POST",
        "/1/indexes/*/queries",
        {"requests": [{"indexName": "shop_products"}, {"indexName": "other"}]},
        {"admin-key", "search-key"},
    ),
    (
        "POST",
        "/1/indexes/*/objects",
        {"requests": [{"indexName": "other", "objectID": "1"}]},
        {"admin-key", "search-key"},
    ),
    ("POST", "/1/indexes/shop_products/browse", {}, {"admin-key", "browse-key"}),
    ("GET", "/1/indexes/other/browse", None, {"admin-key"}),
    ("GET", "/1/indexes", None, {"admin-key", "browse-key"}),
    ("POST", "/1/indexes/shop_products/1/partial", {"x": 1}, {"admin-key", "indexing-key"}),
    ("POST", "/1/indexes/other/1/partial", {"x": 1}, {"admin-key"}),
    ("GET", "/1/indexes/shop_products/task/1", None, {"admin-key", "indexing-key"}),
    (
        "POST",
        "/1/indexes/shop_products/batch",
        {"requests": [{"action": "updateObject", "body": {"objectID": "2"}}]},
        {"admin-key", "indexing-key"},
    ),
    (
        "POST",
        "/1/indexes/shop_products/batch",
        {"requests": [{"action": "deleteObject", "body": {"objectID": "2"}}]},
        {"admin-key"},
    ),
    (
        "POST",
        "/1/indexes/*/batch",
        {"requests": [{"action": "addObject", "indexName": "other", "body": {}}]},
        {"admin-key"},
    ),
    ("DELETE", "/1/indexes/shop_products/9", None, {"admin-key"}),
    ("GET", "/1/indexes/shop_products/settings", None, {"admin-key"}),
    ("PUT", "/1/indexes/shop_products/settings", {}, {"admin-key"}),
    ("POST", "/1/indexes/shop_products/clear", None, {"admin-key"}),
    ("POST", "/1/indexes/shop_products/deleteByQuery", {"filters": "x=1"}, {"admin-key"}),
    ("POST", "/1/indexes/shop_products/operation", {"operation": "copy", "destination": "c"}, {"admin-key"}),
    ("DELETE", "/1/indexes/shop_products", None, {"admin-key"}),
]


@pytest.mark.parametrize(("method", "path", "body", "allowed"), CALLS)
def test_keys_do_what_their_acl_and_indexes_allow(
    filled: RunningEngine, method: str, path: str, body: object, allowed: set[str]
) -> None:
    for key in sorted(ANY_KEY, key=lambda name: name == "admin-key"):
        answer = Caller(filled, key)(method, path, body)
        if key in allowed:
            assert answer.status_code in {200, 201}, answer.text
        else:
            assert answer.status_code == 403
            assert answer.json()["message"] in {
                "Method not allowed with this API key",
                "Index not allowed with this API key",
            }


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
    assert (answer.status_code, answer.json()) == (
        403,
        {"message": "Invalid Application-ID or API key", "status": 403},
    )


def test_the_key_may_come_in_the_url(filled: RunningEngine) -> None:
    parameters = {"x-algolia-application-id": APP_ID, "x-algolia-api-key": "search-key", "hitsPerPage": "1"}
    answer = requests.get(f"{filled.url}/1/indexes/other", params=parameters, timeout=5)
    assert answer.json()["hitsPerPage"] == 1


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
