"""The search function under the functions framework, over real HTTP."""

from __future__ import annotations

import base64
import json
import socket
from collections.abc import Mapping
from http.client import HTTPResponse
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from devstack.serving import Fault
from devstack.stack import LocalStack
from tests.outside import Outside
from tests.pictures import encoded, huge_png, jpeg, scene

PHOTO = jpeg(seed=1)


@pytest.fixture(scope="module")
def url(stack: LocalStack, outside: Outside) -> str:
    outside.seed([{"objectID": f"s{number}", "name": f"Ottoman{number}"} for number in range(5)])
    return stack.endpoints.search_url


def post(url: str, **request: Any) -> requests.Response:  # noqa: ANN401 whatever requests takes
    return requests.post(url, timeout=30, **request)


def as_json(**body: object) -> dict[str, object]:
    return {"json": {"image": {"content": base64.b64encode(PHOTO).decode()}} | body}


FORMS: Mapping[str, Mapping[str, Any]] = {
    "multipart": {"files": {"image": ("photo.jpg", PHOTO)}, "data": {"hitsPerPage": 2}},
    "raw": {"data": PHOTO, "headers": {"Content-Type": "image/jpeg"}, "params": {"hitsPerPage": 2}},
    "json": as_json(hitsPerPage=2),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_photo_is_answered_in_every_form(url: str, form: str) -> None:
    answer = post(url, **FORMS[form])
    assert answer.status_code == 200
    body = answer.json()
    assert len(body["hits"]) == body["hitsPerPage"] == 2
    assert body["labels"]
    assert all(0 <= label["score"] <= 1 for label in body["labels"])
    filters = body["params"]["optionalFilters"]
    asked = {text.partition("<score=")[0] for text in filters}
    counted = [label for label in body["labels"] if label["points"]]
    assert counted
    assert {f"labels.description:{label['description']}" for label in counted} <= asked
    assert {"points", "verdict", "matched"} <= body["hits"][0]["_visual"].keys()
    assert len(body["queryID"]) == 32
    assert sum(label["points"] for label in body["labels"]) >= body["steps"]["similar"]["points"]


def test_every_form_sees_the_same_in_the_same_photo(url: str) -> None:
    seen = [post(url, **form).json()["labels"] for form in FORMS.values()]
    assert seen[0] == seen[1] == seen[2]


def test_words_narrow_the_search(url: str) -> None:
    body = post(url, **as_json(query="ottoman3")).json()
    assert [hit["objectID"] for hit in body["hits"]] == ["s3"]


def test_a_photo_that_no_product_shares_a_label_with_is_no_visual_match(url: str) -> None:
    body = post(url, **as_json(query="ottoman3")).json()
    assert body["visualMatch"] is False


JPEG = {"Content-Type": "image/jpeg"}
MULTIPART_TEXT = {"files": {"image": ("photo.jpg", b"no picture")}}
BAD: Mapping[str, tuple[Mapping[str, Any], int, str]] = {
    "not a picture": (MULTIPART_TEXT, 415, "no picture that can be read"),
    "truncated": ({"files": {"image": PHOTO[:1500]}}, 422, "damaged"),
    "0 bytes": ({"files": {"image": b""}}, 422, "empty"),
    "100 megapixels": ({"files": {"image": huge_png()}}, 422, "10000 x 10000 pixels"),
    "30 MB": ({"data": bytes(30_000_000), "headers": JPEG}, 413, "15000000"),
    "16 MB": ({"data": bytes(16_000_000), "headers": JPEG}, 413, "15,000,000"),
    "32 MB in chunks": ({"data": iter([bytes(8_000_000)] * 4), "headers": JPEG}, 413, "15000000"),
    "text body": ({"data": "hello", "headers": {"Content-Type": "text/plain"}}, 415, "multipart/form-data"),
    "no body": ({}, 415, "multipart/form-data"),
    "no file": ({"files": {"photo": PHOTO}}, 400, "in the field 'image'"),
    "two files": ({"files": [("image", PHOTO), ("image", PHOTO)]}, 400, "exactly one file"),
    "no boundary": ({"data": b"x", "headers": {"Content-Type": "multipart/form-data"}}, 400, "boundary"),
    "JSON without a source": ({"json": {"image": {}}}, 400, "exactly one of them"),
    "JSON with both": ({"json": {"image": {"content": "", "url": "https://a.example"}}}, 400, "exactly one"),
    "JSON without image": ({"json": {}}, 400, "image: is missing"),
    "URL": ({"json": {"image": {"url": "https://a.example/x.jpg"}}}, 400, "switched off"),
    "not base64": ({"json": {"image": {"content": "!!"}}}, 400, "no base64"),
    "invalid JSON": (
        {"data": "{", "headers": {"Content-Type": "application/json"}},
        400,
        "no JSON at line 1",
    ),
    "JSON list": ({"json": []}, 400, "no JSON object"),
    "unknown field": (as_json(color="red"), 400, "color: "),
    "page too high": (as_json(page=1001), 400, "page: "),
    "hits as text": (as_json(hitsPerPage="many"), 400, "hitsPerPage: "),
    "filters with a fault": (as_json(filters="brand:(("), 400, "filters"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_gets_a_clear_problem(url: str, case: str) -> None:
    request, status, words = BAD[case]
    answer = post(url, **request)
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
    problem = answer.json()
    assert problem.keys() == {"type", "title", "status", "detail"}
    assert problem["status"] == status
    assert words in problem["detail"]


def sent_by_hand(url: str, request: bytes) -> tuple[int, str, dict[str, Any]]:
    """The status, type and problem of an answer to what no library sends; nothing comes after it."""
    address = urlsplit(url)
    with socket.create_connection((address.hostname or "", address.port or 0), timeout=20) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        answer = HTTPResponse(connection)
        answer.begin()
        return answer.status, answer.headers["Content-Type"], json.load(answer)


POST = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Type: image/jpeg\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"
BY_HAND = {
    "body shorter than announced": (POST + b"Content-Length: 1000\r\n\r\nshort", 400, "Content-Length"),
    "chunk without a size": (CHUNKED + b"zz\r\nabc\r\n0\r\n\r\n", 400, "well-formed chunks"),
    "chunk longer than announced": (CHUNKED + b"1\r\nabc\r\n0\r\n\r\n", 400, "well-formed chunks"),
    "chunk cut off": (CHUNKED + b"ff\r\nabc", 400, "well-formed chunks"),
    "no last chunk": (CHUNKED + b"3\r\nabc\r\n", 400, "well-formed chunks"),
    "robots.txt": (b"GET /robots.txt HTTP/1.1\r\nHost: x\r\n\r\n", 404, "no /robots.txt"),
    "favicon.ico": (b"GET /favicon.ico HTTP/1.1\r\nHost: x\r\n\r\n", 404, "no /favicon.ico"),
    "line in a path": (b"GET /a%0Ab HTTP/1.1\r\nHost: x\r\n\r\n", 404, "there is no /a"),
    "unheard of method": (b"PURGE / HTTP/1.1\r\nHost: x\r\n\r\n", 405, "takes POST"),
    "unheard of method elsewhere": (b"PURGE /favicon.ico HTTP/1.1\r\nHost: x\r\n\r\n", 404, "no /favicon"),
}


@pytest.mark.parametrize("case", BY_HAND)
def test_what_no_library_sends_gets_a_clear_problem_too(url: str, case: str) -> None:
    request, status, words = BY_HAND[case]
    told, kind, problem = sent_by_hand(url, request)
    assert (told, kind) == (status, "application/problem+json")
    assert words in problem["detail"]


def test_an_unknown_route_or_method_is_told(url: str) -> None:
    missing = requests.get(f"{url}/nowhere", timeout=5)
    assert (missing.status_code, missing.json()["title"]) == (404, "Not found")
    wrong = requests.get(url, timeout=5)
    assert (wrong.status_code, wrong.headers["Allow"]) == (405, "POST, OPTIONS")
    assert requests.head(f"{url}/healthz", timeout=5).status_code == 200


def test_health_needs_nothing(url: str) -> None:
    assert requests.get(f"{url}/healthz", timeout=5).json() == {"status": "ok"}


def test_only_listed_origins_may_read_answers_in_a_browser(url: str) -> None:
    def allowed(origin: str) -> str | None:
        headers = {"Origin": origin, "Access-Control-Request-Method": "POST"}
        answer = requests.options(url, headers=headers, timeout=5)
        assert answer.status_code == 204
        return answer.headers.get("Access-Control-Allow-Origin")

    assert allowed("https://shop.example") == "https://shop.example"
    assert allowed("https://evil.example") is None


def test_trouble_behind_us_asks_to_try_again_and_passes(stack: LocalStack, url: str) -> None:
    photo = jpeg(seed=21)
    stack.set_faults("algolia", Fault(status=429, retry_after=7, times=1))
    answer = post(url, files={"image": photo})
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert "429" not in answer.text
    assert post(url, files={"image": photo}).status_code == 200


def test_any_format_is_searched_with(url: str) -> None:
    for kind in ("PNG", "WEBP", "GIF", "BMP", "TIFF"):
        assert post(url, files={"image": encoded(scene(), kind)}).status_code == 200


def test_the_log_holds_no_photo_and_no_key(stack: LocalStack, url: str) -> None:
    post(url, files={"image": b"no picture"})
    lines = stack.processes.log("search").read_text().splitlines()
    entries = [json.loads(line) for line in lines if line.startswith("{")]
    assert any(entry.get("reason") == "unsupported-format" for entry in entries)
    assert stack.endpoints.keys.search not in "\n".join(lines)


def test_each_request_is_one_line_of_the_log(stack: LocalStack, url: str) -> None:
    secret = "wanted-by-me"  # noqa: S105 - what no log may hold
    requests.get(f"{url}/similar/{secret}", params={"query": secret}, timeout=5)
    lines = stack.processes.log("search").read_text().splitlines()
    entries = [json.loads(line) for line in lines if line.startswith("{")]
    last = [entry for entry in entries if entry["message"] == "request"][-1]
    assert {"severity": "INFO", "method": "GET", "route": "/similar", "status": 404}.items() <= last.items()
    assert last["steps"]["total"] <= last["ms"] + 1
    assert secret not in "\n".join(lines)
