"""The server: bodies, paths, errors, faults and Insights."""

from __future__ import annotations

import gzip
import time
from collections.abc import Iterator

import pytest
import requests

from devstack.algolia.documents import JsonObject
from devstack.algolia.server import RunningEngine
from tests.engine.caller import Caller


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
        (
            "PUT /1/indexes/other/1",
            {"x": "y" * 2_000},
            400,
            "Record at the position 0 objectID=1 is too big",
        ),
        ("POST /1/indexes/other/1/partial?createIfNotExists=no", {}, 400, "createIfNotExists"),
        ("PUT /1/indexes/other/settings?forwardToReplicas=1", {}, 400, "forwardToReplicas"),
        (
            "POST /1/indexes/other/operation",
            {"operation": "swap", "destination": "x"},
            400,
            "copy or move",
        ),
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


def test_bodies_may_be_chunked_gzipped_or_of_type_text(filled: RunningEngine) -> None:
    body = b'{"query": "bag"}'

    def chunks() -> Iterator[bytes]:
        yield body[:5]
        yield body[5:]

    for data, headers in (
        (body, {"content-type": "text/plain"}),
        (chunks(), {"content-type": "application/json"}),
        (gzip.compress(body), {"content-encoding": "gzip"}),
        (b'{"params": "query=bag"}', {"content-type": "application/x-www-form-urlencoded"}),
    ):
        assert post_raw(filled, data, headers).json()["nbHits"] == 1
    assert post_raw(filled, b"", {}).json()["query"] == ""


@pytest.mark.parametrize(
    ("data", "headers", "status", "message"),
    [
        (b"{", {}, 400, "Invalid JSON"),
        (b"\xff\xfe{}", {}, 400, "Invalid JSON"),
        (b'{"price": NaN}', {}, 400, "NaN is not JSON"),
        (b"[" * 200_000, {}, 400, "Invalid JSON"),
        (b"no gzip", {"content-encoding": "gzip"}, 400, "Invalid gzip body"),
        (gzip.compress(b"{}" * 99, mtime=0)[:-12], {"content-encoding": "gzip"}, 400, "ends too early"),
        (gzip.compress(b" " * 50_000_001), {"content-encoding": "gzip"}, 413, "Body over 50000000 bytes"),
    ],
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
    assert [result.get("processed", True) for result in results] == [True, False]
    assert [result["index"] for result in results] == ["other", "shop_products"]


def set_faults(server: RunningEngine, *faults: JsonObject) -> requests.Response:
    return requests.post(f"{server.url}/_devstack/faults", json=faults, timeout=5)


def test_faults_answer_delay_and_drop_as_often_as_told(filled: RunningEngine) -> None:
    call = Caller(filled, "search-key")
    set_faults(
        filled,
        {"path": "/query", "status": 429, "retry_after": 7},
        {"path": "/query", "status": 503, "times": 2},
        {"path": "/query", "latency_ms": 150},
        {"path": "/query", "refuse": True},
    ).raise_for_status()
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
    answer = requests.post(f"{server.url}/_devstack/faults", json=body, timeout=5)
    assert answer.status_code == 400


EVENT: JsonObject = {
    "eventType": "click",
    "eventName": "Product Clicked",
    "index": "shop_products",
    "userToken": "user-1",
    "queryID": "0123456789abcdef" * 2,
    "objectIDs": ["1"],
    "positions": [1],
}


def test_events_are_kept(server: RunningEngine) -> None:
    answer = Caller(server, "shop-search-key")("POST", "/1/events", {"events": [EVENT]})
    assert answer.json() == {"status": 200, "message": "OK"}
    assert requests.get(f"{server.url}/_devstack/events", timeout=5).json() == [EVENT]


def test_instantsearchs_reports_of_its_own_use_are_taken_and_not_kept(server: RunningEngine) -> None:
    report = {"eventType": "instantsearch", "eventName": "__start__", "widgets": []}
    answer = Caller(server, "shop-search-key")("POST", "/1/events", {"events": [report, EVENT]})
    assert answer.status_code == 200
    assert list(server.services.events) == [EVENT]


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
    assert answer.status_code == 422
    assert message in answer.json()["message"]
