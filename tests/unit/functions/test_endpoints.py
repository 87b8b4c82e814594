"""Every route of the search function, with fakes behind it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from urllib3 import encode_multipart_formdata

from functions.search.app import SECURITY_HEADERS
from functions.search.openapi import document
from shared import VERSION
from shared.errors import Permanent, Transient
from tests.functions.search_app import (
    CATALOG,
    FETCHED,
    NO_CATALOG,
    PHOTO,
    SHOP_ORIGIN,
    Behind,
    Pairs,
    as_json,
    client,
    detail,
    endpoints,
    form,
    raw,
)


def test_a_photo_finds_the_products_that_share_its_labels(browser: FlaskClient) -> None:
    body = raw(browser).json
    assert body is not None
    assert [hit["objectID"] for hit in body["hits"]] == ["boot", "pump", "a/b c"]
    verdicts = [hit["_visual"]["verdict"] for hit in body["hits"]]
    assert verdicts == ["verySimilar", "similar", "lessSimilar"]
    assert body["labels"] == [
        {"description": "Shoe", "score": 1.0, "points": 1000, "sure": True},
        {"description": "Leather", "score": 0.25, "points": 500},
    ]
    assert body["steps"] == {"similar": {"points": 1}, "verySimilar": {"points": 1500}}
    assert body["visualMatch"] is True


def test_what_algolia_adds_for_itself_is_not_passed_on(browser: FlaskClient) -> None:
    answer = raw(browser)
    assert b"_rankingInfo" not in answer.data
    assert b"_highlightResult" not in answer.data


def test_every_form_brings_the_same_photo(behind: Behind, browser: FlaskClient) -> None:
    answers = [raw(browser), form(browser), as_json(browser, {})]
    assert [answer.status_code for answer in answers] == [200] * 3
    assert behind.seen == [(PHOTO, None)] * 3
    assert answers[0].json == answers[1].json == answers[2].json


def test_a_photo_by_url_is_fetched(behind: Behind, browser: FlaskClient) -> None:
    url = "https://cdn.shop.example/1.jpg"
    assert browser.post("/", json={"image": {"url": url}}).status_code == 200
    assert (behind.urls, behind.seen) == ([url], [(FETCHED, None)])


def test_nothing_is_fetched_where_that_is_switched_off(behind: Behind) -> None:
    browser = client(endpoints(behind, fetches=False))
    answer = browser.post("/", json={"image": {"url": "https://cdn.shop.example/1.jpg"}})
    assert "switched off" in detail(answer, 400)
    assert behind.urls == []


def test_only_the_filters_are_given_to_who_searches_elsewhere(behind: Behind) -> None:
    browser = client(endpoints(behind, NO_CATALOG))
    answer = raw(browser, [("return", "filters"), ("optionalFilters", "brand:x")])
    assert answer.json is not None
    assert answer.json.keys() == {"labels", "params", "steps", "attributes"}
    assert answer.json["params"]["optionalFilters"][-1] == "brand:x"
    assert behind.shop.asked == []


def test_without_a_catalog_nothing_is_searched(behind: Behind) -> None:
    browser = client(endpoints(behind, NO_CATALOG))
    for answer in (raw(browser), browser.get("/similar/boot"), browser.get("/similar/boot?return=filters")):
        assert "return=filters" in detail(answer, 400)
    assert behind.seen == []


def test_similar_products_come_without_the_product(browser: FlaskClient) -> None:
    answer = browser.get("/similar/boot")
    assert answer.json is not None
    assert [hit["objectID"] for hit in answer.json["hits"]] == ["pump", "a/b c"]


def test_what_to_search_for_something_similar_is_told(behind: Behind, browser: FlaskClient) -> None:
    answer = browser.get("/similar/boot?return=filters")
    assert answer.json is not None
    assert [label["description"] for label in answer.json["labels"]] == ["Shoe", "Leather"]
    assert behind.shop.asked == []


@pytest.mark.parametrize("path", ["/similar/a/b c", "/similar/a%2Fb%20c"])
def test_any_object_id_can_be_asked_for(behind: Behind, browser: FlaskClient, path: str) -> None:
    assert browser.get(path).status_code == 200
    assert behind.shop.asked[0].without == ("a/b c",)


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/similar/hat", 404, "hat"),
        ("/similar/", 404, "objectID"),
        ("/similar", 404, "there is no /similar"),
        ("/similar/boot?crop=0,0,1,1", 400, "crop"),
        ("/similar/boot?page=x", 400, "page"),
    ],
)
def test_what_cannot_be_similar_is_told(browser: FlaskClient, path: str, status: int, words: str) -> None:
    assert words in detail(browser.get(path), status)


@pytest.mark.parametrize(
    ("env", "forwarded", "client_"),
    [
        ({}, "203.0.113.9, 198.51.100.7", "198.51.100.7"),
        ({"FORWARDED_HOPS": "0"}, "203.0.113.9", "127.0.0.1"),
    ],
)
def test_algolia_is_told_who_asks(behind: Behind, env: dict[str, str], forwarded: str, client_: str) -> None:
    browser = client(endpoints(behind, CATALOG | env))
    browser.get("/similar/boot", headers={"X-Forwarded-For": forwarded})
    assert behind.shop.asked[0].client == client_


def test_the_shop_chooses_the_mode_where_the_shopper_does_not(behind: Behind) -> None:
    browser = client(endpoints(behind, CATALOG | {"SEARCH_MODE": "strict"}))
    assert raw(browser).status_code == raw(browser, [("mode", "boost")]).status_code == 200
    assert [asked.mode for asked in behind.shop.asked] == ["strict", "boost"]


def test_the_description_and_the_health_are_json(browser: FlaskClient) -> None:
    assert browser.get("/openapi.json").json == document(VERSION)
    assert browser.get("/healthz").json == {"status": "ok"}


PATHS = {"/": "POST, OPTIONS", "/similar/boot": "GET, HEAD, OPTIONS", "/healthz": "GET, HEAD, OPTIONS"}


@pytest.mark.parametrize("path", PATHS)
def test_each_path_says_which_methods_it_takes(browser: FlaskClient, path: str) -> None:
    asked = browser.options(path)
    assert (asked.status_code, asked.headers["Allow"], asked.data) == (204, PATHS[path], b"")
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "TRACE"):
        if method not in PATHS[path]:
            answer = browser.open(path, method=method)
            assert answer.headers["Allow"] == PATHS[path]
            assert PATHS[path] in detail(answer, 405)


def test_head_tells_what_get_would_without_a_body(browser: FlaskClient) -> None:
    for path in ("/healthz", "/openapi.json", "/similar/boot", "/similar/hat"):
        head, get = browser.head(path), browser.get(path)
        assert (head.status_code, head.data) == (get.status_code, b"")
        for answer in (head, get):
            del answer.headers["Server-Timing"]
        assert head.headers == get.headers


@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_an_unknown_path_is_told(browser: FlaskClient, method: str) -> None:
    assert "send the picture to /" in detail(browser.open("/nowhere", method=method), 404)


EVERYTHING = (("GET", "/healthz"), ("GET", "/similar/boot"), ("GET", "/none"), ("PUT", "/"), ("OPTIONS", "/"))


@pytest.mark.parametrize(("method", "path"), EVERYTHING)
@pytest.mark.parametrize("origin", [None, SHOP_ORIGIN, "https://evil.example", "null", f"{SHOP_ORIGIN}.evil"])
def test_browsers_of_listed_origins_only_may_read_an_answer(
    browser: FlaskClient, method: str, path: str, origin: str | None
) -> None:
    answer = browser.open(path, method=method, headers={"Origin": origin} if origin else {})
    allowed = origin if origin == SHOP_ORIGIN else None
    assert answer.headers.get("Access-Control-Allow-Origin") == allowed
    assert answer.headers.get("Timing-Allow-Origin") == allowed
    assert ("Retry-After" in answer.headers.get("Access-Control-Expose-Headers", "")) is bool(allowed)
    assert dict(answer.headers).items() >= SECURITY_HEADERS.items()


EVIL = "https://evil.example"
PAGES: Sequence[tuple[Mapping[str, str], bool, bool]] = [
    ({"Origin": SHOP_ORIGIN}, True, True),
    ({"Origin": SHOP_ORIGIN, "Sec-Fetch-Site": "cross-site"}, True, True),
    *(
        ({"Origin": origin}, False, False)
        for origin in (
            EVIL,
            "null",
            "",
            f"{SHOP_ORIGIN}.evil",
            f"{SHOP_ORIGIN}/",
            f"{SHOP_ORIGIN} {EVIL}",
            "*",
        )
    ),
    ({}, True, False),
    ({"Sec-Fetch-Site": "none"}, True, False),
    ({"Sec-Fetch-Site": "same-origin"}, True, False),
    ({"Sec-Fetch-Site": "cross-site"}, False, False),
    ({"Sec-Fetch-Site": "same-site"}, False, False),
]
"""What a browser says of a page, whether that may search, and whether it may where an origin is needed."""


@pytest.mark.parametrize("require", ["false", "true"])
@pytest.mark.parametrize(("says", "may", "may_if_needed"), PAGES)
def test_pages_of_other_origins_are_refused_before_anything_is_read(
    behind: Behind,
    says: Mapping[str, str],
    may: bool,  # noqa: FBT001 a column of the table
    may_if_needed: bool,  # noqa: FBT001
    require: str,
) -> None:
    browser = client(endpoints(behind, CATALOG | {"REQUIRE_ORIGIN": require}))
    body = BytesIO(PHOTO)
    searched = browser.post(
        "/", input_stream=body, content_length=len(PHOTO), content_type="image/jpeg", headers=says
    )
    similar = browser.get("/similar/boot", headers=says)
    if may_if_needed if require == "true" else may:
        assert (searched.status_code, similar.status_code) == (200, 200)
        return
    for answer in (searched, similar):
        assert "CORS_ORIGINS" in detail(answer, 403)
    assert (body.tell(), behind.seen, behind.shop.asked) == (0, [], [])


def test_steps_that_do_not_tell_what_somebody_sent_before_are_told_in_milliseconds(
    browser: FlaskClient,
) -> None:
    first, again = (
        dict(step.split(";dur=") for step in raw(browser).headers["Server-Timing"].split(", "))
        for _ in range(2)
    )
    assert first.keys() == again.keys() == {"read", "catalog"}
    assert all(re.fullmatch(r"\d+\.\d", took) for took in first.values())


@pytest.mark.parametrize(
    ("labels", "status"),
    [(Permanent("bad-picture", "damaged"), 422), (Transient("busy", "busy"), 503), ((), 200)],
)
def test_what_becomes_of_the_photo_becomes_the_answer(labels: Exception | tuple[()], status: int) -> None:
    assert raw(client(endpoints(Behind(labels=labels)))).status_code == status


def test_more_than_a_photo_can_have_is_refused_in_every_form(behind: Behind, browser: FlaskClient) -> None:
    large = b"x" * 300_000
    answers = [
        browser.post("/", data=large, content_type="image/jpeg"),
        browser.post("/", data={"image": (BytesIO(large), "photo.jpg")}),
        browser.post("/", data=large, content_type="application/json"),
    ]
    for answer in answers:
        assert "at most 100000 bytes" in detail(answer, 413)
    assert behind.seen == []


@pytest.mark.parametrize("fields", [[("facets", "a")] * 101, [("filters", "f" * 600_000)]])
def test_a_form_with_too_many_or_too_large_fields_is_told_so(behind: Behind, fields: Pairs) -> None:
    browser = client(endpoints(behind, CATALOG | {"MAX_PICTURE_BYTES": "1000000"}))
    body, content_type = encode_multipart_formdata([*fields, ("image", ("photo.jpg", PHOTO))])
    assert "100 fields" in detail(browser.post("/", data=body, content_type=content_type), 413)


def test_without_memory_for_its_body_a_photo_is_asked_to_come_again(behind: Behind) -> None:
    routes = endpoints(behind)
    with routes.bodies.held(routes.bodies.total_bytes):
        answer = raw(client(routes))
    assert detail(answer, 503) == "try again in a moment"
    assert answer.headers["Retry-After"] == "1"
