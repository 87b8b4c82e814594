"""The search function under the functions framework, over real HTTP."""

from __future__ import annotations

import base64
import json
import socket
from collections.abc import Mapping
from contextlib import closing
from http.client import HTTPConnection, HTTPResponse
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from devstack.stack import LocalStack
from tests.outside import Outside
from tests.pictures import huge_png, jpeg

PHOTO = jpeg(seed=1)
JPEG = {"Content-Type": "image/jpeg"}


@pytest.fixture(scope="module")
def url(stack: LocalStack, outside: Outside) -> str:
    outside.seed([{"objectID": f"s{number}", "name": f"Ottoman{number}"} for number in range(5)])
    return stack.endpoints.search_url


def post(url: str, **request: Any) -> requests.Response:  # noqa: ANN401 whatever requests takes
    return requests.post(url, timeout=30, **request)


def as_json(**body: object) -> dict[str, object]:
    return {"json": {"image": {"content": base64.b64encode(PHOTO).decode()}} | body}


def test_a_photo_is_answered_alike_in_every_form(url: str) -> None:
    forms: list[Mapping[str, Any]] = [
        {"files": {"image": ("photo.jpg", PHOTO)}, "data": {"hitsPerPage": 2}},
        {"data": PHOTO, "headers": JPEG, "params": {"hitsPerPage": 2}},
        as_json(hitsPerPage=2),
    ]
    answers = [post(url, **form) for form in forms]
    assert [answer.status_code for answer in answers] == [200] * 3
    bodies = [answer.json() for answer in answers]
    assert bodies[0]["labels"] == bodies[1]["labels"] == bodies[2]["labels"] != []
    for body in bodies:
        assert len(body["hits"]) == body["hitsPerPage"] == 2
        assert all(0 <= label["score"] <= 1 for label in body["labels"])
        counted = {f"labels.description:{each['description']}" for each in body["labels"] if each["points"]}
        assert counted
        assert counted <= {text.partition("<score=")[0] for text in body["params"]["optionalFilters"]}
        assert {"points", "verdict", "matched"} <= body["hits"][0]["_visual"].keys()
        assert len(body["queryID"]) == 32
        assert sum(label["points"] for label in body["labels"]) >= body["steps"]["similar"]["points"]


def test_words_narrow_the_search_and_a_product_that_shares_no_label_is_no_visual_match(url: str) -> None:
    body = post(url, **as_json(query="ottoman3")).json()
    assert [hit["objectID"] for hit in body["hits"]] == ["s3"]
    assert body["visualMatch"] is False


FORM = "multipart/form-data"
BAD: Mapping[str, tuple[Mapping[str, Any], int, str]] = {
    "not a picture": ({"files": {"image": b"no picture"}}, 415, "no picture that can be read"),
    "truncated": ({"files": {"image": PHOTO[:1500]}}, 422, "damaged"),
    "0 bytes": ({"files": {"image": b""}}, 422, "empty"),
    "100 megapixels": ({"files": {"image": huge_png()}}, 422, "10000 x 10000 pixels"),
    "30 MB": ({"data": bytes(30_000_000), "headers": JPEG}, 413, "15000000"),
    "16 MB": ({"data": bytes(16_000_000), "headers": JPEG}, 413, "15,000,000"),
    "32 MB in chunks": ({"data": iter([bytes(8_000_000)] * 4), "headers": JPEG}, 413, "15000000"),
    "text body": ({"data": "hello", "headers": {"Content-Type": "text/plain"}}, 415, FORM),
    "no body": ({}, 415, FORM),
    "no file": ({"files": {"photo": PHOTO}}, 400, "in the field 'image'"),
    "no boundary": ({"data": b"x", "headers": {"Content-Type": FORM}}, 400, "boundary"),
    "JSON with both": ({"json": {"image": {"content": "", "url": "https://a.example"}}}, 400, "exactly one"),
    "URL": ({"json": {"image": {"url": "https://a.example/x.jpg"}}}, 400, "switched off"),
    "not base64": ({"json": {"image": {"content": "!!"}}}, 400, "no base64"),
    "unknown field": (as_json(color="red"), 400, "color: "),
    "page too high": (as_json(page=1001), 400, "page: "),
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
    address = urlsplit(url)
    with socket.create_connection((address.hostname or "", address.port or 0), timeout=20) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        answer = HTTPResponse(connection)
        answer.begin()
        assert (answer.status, answer.headers["Content-Type"]) == (status, "application/problem+json")
        assert words in json.load(answer)["detail"]


def test_each_request_is_one_line_of_the_log_without_photo_key_or_words(stack: LocalStack, url: str) -> None:
    secret = "wanted-by-me"  # noqa: S105 - what no log may hold
    post(url, files={"image": b"no picture"})
    requests.get(f"{url}/similar/{secret}", params={"query": secret}, timeout=5)
    text = stack.processes.log("search").read_text()
    entries = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    refused, last = [entry for entry in entries if entry["message"] == "request"][-2:]
    assert refused["reason"] == "unsupported-format"
    assert {"severity": "INFO", "method": "GET", "route": "/similar", "status": 404}.items() <= last.items()
    assert last["steps"]["total"] <= last["ms"] + 1
    assert secret not in text
    assert stack.endpoints.keys.search not in text


@pytest.mark.parametrize(
    "product",
    [
        *("*", "query", "%00", "a%2F..%2F..%2Fkeys", "%E2%80%AE"),
        *("x?query=%FF", "%2E%2E", "%2E", "settings", "browse"),
    ],
)
def test_a_product_that_does_not_exist_is_unknown_whatever_its_name(url: str, product: str) -> None:
    # Not with requests, which would resolve the dots before it sends them.
    connection = HTTPConnection(urlsplit(url).netloc, timeout=10)
    with closing(connection):
        connection.request("GET", f"/similar/{product}")
        answer = connection.getresponse()
        assert (answer.status, json.load(answer)["title"]) == (404, "Unknown product")


BODY = b'{"image": {"content": "QUJD"}, %s}'


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"a":' * 100_000,
        BODY % b'"page": 1e400',
        BODY % (b'"page": ' + b"9" * 5_000),
        BODY % b'"page": NaN',
        BODY % rb'"query": "\ud800"',
        BODY % b'"query": "\xff"',
        BODY % b'"image": 1',
        BODY % b'"image": {"content": "=QUJD"}',
        BODY.decode().encode("utf-16"),
        b"",
    ],
    ids=range(11),
)
def test_json_that_no_browser_writes_is_refused(url: str, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    answer = requests.post(url, data=body, headers=headers, timeout=10)
    assert (answer.status_code, answer.json()["title"]) == (400, "Bad request")
