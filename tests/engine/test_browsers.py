"""What a page of another origin needs: preflights, simple requests, readable refusals, beacons."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest
import requests

from devstack.algolia.documents import JsonObject
from devstack.algolia.server import RunningEngine
from tests.engine.keys import APP_ID

PAGE = {"Origin": "http://127.0.0.1:43127"}
EVENT: JsonObject = {
    "eventType": "click",
    "eventName": "Product Clicked",
    "index": "shop_products",
    "userToken": "user-1",
    "objectIDs": ["1"],
}


def simple_request(
    server: RunningEngine, path: str, body: JsonObject, *, key: str = "search-key", **headers: str
) -> requests.Response:
    """Post as browsers do without a preflight: text, and the credentials in the address."""
    credentials = urlencode(
        {
            "x-algolia-agent": "Algolia for JavaScript",
            "X-Algolia-API-Key": key,
            "X-Algolia-Application-Id": APP_ID,
        }
    )
    return requests.post(
        f"{server.url}{path}?{credentials}",
        data=json.dumps(body),
        headers={**PAGE, "Content-Type": "text/plain;charset=UTF-8", **headers},
        timeout=5,
    )


@pytest.mark.parametrize("path", ["/1/indexes/*/queries", "/1/indexes/shop/query", "/1/events"])
def test_a_preflight_allows_any_origin_and_the_headers_it_asks_for(server: RunningEngine, path: str) -> None:
    asked = "content-type,x-algolia-api-key,x-algolia-application-id"
    headers = {
        **PAGE,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": asked,
    }
    answer = requests.options(server.url + path, headers=headers, timeout=5)
    assert answer.ok
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["access-control-allow-headers"] == asked
    assert "POST" in answer.headers["access-control-allow-methods"]


def test_a_search_without_preflight_is_answered_and_readable(filled: RunningEngine) -> None:
    body = {"requests": [{"indexName": "shop_products", "query": "bag"}]}
    answer = simple_request(filled, "/1/indexes/*/queries", body)
    assert [result["nbHits"] for result in answer.json()["results"]] == [1]
    assert answer.headers["access-control-allow-origin"] == "*"


def test_a_beacon_with_events_is_taken_whatever_cookies_come_with_it(server: RunningEngine) -> None:
    answer = simple_request(server, "/1/events", {"events": [EVENT]}, Cookie="session=of-another-port")
    assert answer.ok
    assert list(server.services.events) == [EVENT]


@pytest.mark.parametrize(
    ("path", "key", "status"),
    [("/1/indexes/missing/query", "search-key", 404), ("/1/events", "guess", 403), ("/1/no", "guess", 404)],
)
def test_a_page_may_read_a_refusal(server: RunningEngine, path: str, key: str, status: int) -> None:
    answer = simple_request(server, path, {}, key=key)
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (status, "*")
