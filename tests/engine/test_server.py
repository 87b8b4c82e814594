"""The server: bodies, paths, errors, faults and Insights; and what a page of another origin needs."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
import requests

from devstack.algolia.documents import JsonObject
from devstack.algolia.server import RunningEngine
from tests.engine.shop import APP_ID, Caller


@pytest.mark.parametrize(
    ("request_line", "body", "status", "message"),
    [
        ("POST /1/indexes/missing/query", {}, 404, "Index missing does not exist"),
        ("GET /1/indexes/other/9", None, 404, "ObjectID does not exist"),
        ("GET /1/indexes/missing/settings", None, 404, "Index missing does not exist"),
        ("GET /1/indexes/other/task/99", None, 404, "Task 99 does not exist"),
        ("GET /1/indexes/other/task/x", None, 400, "taskID: expected an integer"),
        ("POST /1/indexes/other/query", [], 400, "Invalid body: expected a JSON object"),
        ("POST /1/indexes/*/queries", {}, 400, "requests: expected an array"),
        ("POST /1/indexes/*/queries", {"requests": [{}]}, 400, "indexName: expected a string"),
        ("POST /1/indexes/*/queries", {"requests": [], "strategy": "x"}, 400, "strategy"),
        ("PUT /1/indexes/other/1", {"x": "y" * 2_000}, 400, "Record at the position 0 objectID=1 is too big"),
        ("POST /1/indexes/other/1/partial?createIfNotExists=no", {}, 400, "createIfNotExists"),
        ("PUT /1/indexes/other/settings?forwardToReplicas=1", {}, 400, "forwardToReplicas"),
        ("POST /1/indexes/other/operation", {"operation": "swap", "destination": "x"}, 400, "copy or move"),
        ("GET /1/indexes?page=x", None, 400, "page"),
        ("GET /1/nothing/here", None, 404, "Not Found"),
        ("PATCH /1/indexes/other", None, 405, "Method Not Allowed"),
    ],
)
def test_errors_have_a_message_and_a_status(
    filled: RunningEngine, request_line: str, body: object, status: int, message: str
) -> None:
    method, path = request_line.split()
    answer = Caller(filled, "admin-key")(method, path, body)
    assert answer.status_code == answer.json()["status"] == status
    assert message in answer.json()["message"]


def post_raw(server: RunningEngine, data: object, headers: dict[str, str]) -> requests.Response:
    url = f"{server.url}/1/indexes/other/query"
    sent = {**Caller(server, "admin-key").headers, **headers}
    return requests.post(url, data=data, headers=sent, timeout=5)  # type: ignore[arg-type]


GZIP = {"content-encoding": "gzip"}
BODY = b'{"query": "bag"}'


def chunks() -> Iterator[bytes]:
    yield BODY[:5]
    yield BODY[5:]


@pytest.mark.parametrize(
    ("data", "headers", "query"),
    [
        (BODY, {"content-type": "text/plain"}, "bag"),
        (chunks(), {"content-type": "application/json"}, "bag"),
        (gzip.compress(BODY), GZIP, "bag"),
        (b'{"params": "query=bag"}', {"content-type": "application/x-www-form-urlencoded"}, "bag"),
        (b"", {}, ""),
    ],
    ids=["text", "chunks", "gzip", "form", "empty"],
)
def test_kinds_of_bodies(filled: RunningEngine, data: object, headers: dict[str, str], query: str) -> None:
    answer = post_raw(filled, data, headers).json()
    assert (answer["nbHits"], answer["query"]) == (1, query)


@pytest.mark.parametrize(
    ("data", "headers", "status", "message"),
    [
        (b"{", {}, 400, "Invalid JSON"),
        (b"\xff\xfe{}", {}, 400, "Invalid JSON"),
        (b'{"price": NaN}', {}, 400, "NaN is not JSON"),
        (b"[" * 200_000, {}, 400, "Invalid JSON"),
        (b"no gzip", GZIP, 400, "Invalid gzip body"),
        (gzip.compress(b"{}" * 99, mtime=0)[:-12], GZIP, 400, "ends too early"),
        (gzip.compress(b" " * 50_000_001, 1), GZIP, 413, "Body over 50000000 bytes"),
    ],
    ids=["cut off", "UTF-16", "NaN", "deep", "no gzip", "half a gzip", "50 MB"],
)
def test_unreadable_bodies_are_refused(
    filled: RunningEngine, data: bytes, headers: dict[str, str], status: int, message: str
) -> None:
    answer = post_raw(filled, data, headers)
    assert (answer.status_code, message in answer.json()["message"]) == (status, True)


def test_an_indexs_name_with_slashes_and_other_signs_is_one_path_segment(admin: Caller) -> None:
    admin("PUT", "/1/indexes/a%2Fb/c%2Fd%20%C3%A9", {"x": 1}).raise_for_status()
    assert admin("GET", "/1/indexes/a%2Fb/c%2Fd%20%C3%A9").json() == {"x": 1, "objectID": "c/d é"}
    assert admin("POST", "/1/indexes/%2A/queries", {"requests": [{"indexName": "a/b"}]}).ok


def test_several_queries_stop_when_asked_to_and_enough_matched(filled: RunningEngine) -> None:
    queries = [{"indexName": "other", "hitsPerPage": 1}, {"indexName": "shop_products"}]
    body: JsonObject = {"requests": queries, "strategy": "stopIfEnoughMatches"}
    results = Caller(filled, "search-key")("POST", "/1/indexes/*/queries", body).json()["results"]
    processed = [(result["index"], result.get("processed", True)) for result in results]
    assert processed == [("other", True), ("shop_products", False)]


def set_faults(server: RunningEngine, faults: object) -> requests.Response:
    return requests.post(f"{server.url}/_devstack/faults", json=faults, timeout=5)


def test_faults_answer_delay_and_drop_as_often_as_told(filled: RunningEngine) -> None:
    call = Caller(filled, "search-key")
    faults: list[JsonObject] = [
        {"status": 429, "retry_after": 7},
        {"status": 503, "times": 2},
        {"latency_ms": 150},
        {"refuse": True},
    ]
    set_faults(filled, [{"path": "/query", **fault} for fault in faults]).raise_for_status()
    assert call("GET", "/1/indexes/other/1").ok
    throttled = call("POST", "/1/indexes/other/query", {})
    assert (throttled.status_code, throttled.headers["retry-after"]) == (429, "7")
    assert [call("POST", "/1/indexes/other/query", {}).status_code for _ in range(2)] == [503, 503]
    started = time.monotonic()
    assert call("POST", "/1/indexes/other/query", {}).ok
    assert time.monotonic() - started >= 0.15
    with pytest.raises(requests.ConnectionError):
        call("POST", "/1/indexes/other/query", {})
    assert call("POST", "/1/indexes/other/query", {}).ok


@pytest.mark.parametrize(
    "body", [[{"kind": "429"}], [3], {"path": "x"}, 3, [{"status": "429"}], [{"times": None}], [{"path": 3}]]
)
def test_unknown_faults_are_refused(server: RunningEngine, body: object) -> None:
    assert set_faults(server, body).status_code == 400


EVENT: JsonObject = {
    "eventType": "click",
    "eventName": "Product Clicked",
    "index": "shop_products",
    "userToken": "user-1",
    "queryID": "0123456789abcdef" * 2,
    "objectIDs": ["1"],
    "positions": [1],
}


def test_events_are_kept_but_for_instantsearchs_reports_of_its_own_use(server: RunningEngine) -> None:
    report = {"eventType": "instantsearch", "eventName": "__start__", "widgets": []}
    answer = Caller(server, "shop-search-key")("POST", "/1/events", {"events": [report, EVENT]})
    assert (answer.status_code, answer.json()) == (200, {"status": 200, "message": "OK"})
    assert requests.get(f"{server.url}/_devstack/events", timeout=5).json() == [EVENT]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"eventType": "buy"}, "eventType"),
        ({"eventName": "x" * 65}, "eventName"),
        ({"userToken": "a b"}, "userToken"),
        ({"queryID": "x"}, "queryID"),
        ({"positions": [0]}, "positions"),
        ({"positions": [1, 2]}, "positions"),
        ({"objectIDs": None}, "objectIDs"),
        ({"objectIDs": ["1"] * 21}, "at most 20"),
        ({"timestamp": 1_000}, "timestamp"),
    ],
)
def test_invalid_events_are_refused(server: RunningEngine, change: JsonObject, message: str) -> None:
    answer = Caller(server, "search-key")("POST", "/1/events", {"events": [{**EVENT, **change}]})
    assert (answer.status_code, message in answer.json()["message"]) == (422, True)


PAGE = {"Origin": "http://127.0.0.1:43127"}


def simple_request(
    server: RunningEngine, path: str, body: JsonObject, *, key: str = "search-key", **headers: str
) -> requests.Response:
    """Post as browsers do without a preflight: text, and the credentials in the address."""
    named = {"x-algolia-agent": "Algolia for JavaScript", "X-Algolia-API-Key": key}
    url = f"{server.url}{path}?{urlencode({**named, 'X-Algolia-Application-Id': APP_ID})}"
    sent = {**PAGE, "Content-Type": "text/plain;charset=UTF-8", **headers}
    return requests.post(url, data=json.dumps(body), headers=sent, timeout=5)


@pytest.mark.parametrize("path", ["/1/indexes/*/queries", "/1/indexes/shop/query", "/1/events"])
def test_a_preflight_allows_any_origin_and_the_headers_it_asks_for(server: RunningEngine, path: str) -> None:
    asked = "content-type,x-algolia-api-key,x-algolia-application-id"
    headers = {**PAGE, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": asked}
    answer = requests.options(server.url + path, headers=headers, timeout=5)
    assert answer.ok
    allowed = {name: answer.headers[f"access-control-allow-{name}"] for name in ("origin", "headers")}
    assert allowed == {"origin": "*", "headers": asked}
    assert "POST" in answer.headers["access-control-allow-methods"]


def test_a_search_without_preflight_is_answered_and_readable(filled: RunningEngine) -> None:
    body = {"requests": [{"indexName": "shop_products", "query": "bag"}]}
    answer = simple_request(filled, "/1/indexes/*/queries", body)
    assert [result["nbHits"] for result in answer.json()["results"]] == [1]
    assert answer.headers["access-control-allow-origin"] == "*"


def test_a_beacon_with_events_is_taken_whatever_cookies_come_with_it(server: RunningEngine) -> None:
    unasked = {name: value for name, value in EVENT.items() if name not in {"queryID", "positions"}}
    answer = simple_request(server, "/1/events", {"events": [unasked]}, Cookie="session=of-another-port")
    assert answer.ok
    assert list(server.services.events) == [unasked]


@pytest.mark.parametrize(
    ("path", "key", "status"),
    [("/1/indexes/missing/query", "search-key", 404), ("/1/events", "guess", 403), ("/1/no", "guess", 404)],
)
def test_a_page_may_read_a_refusal(server: RunningEngine, path: str, key: str, status: int) -> None:
    answer = simple_request(server, path, {}, key=key)
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (status, "*")
