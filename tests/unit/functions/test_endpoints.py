"""Every route of the search function, with fakes behind it."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from threading import Event

import pytest
from flask.testing import FlaskClient

from functions.search.app import SECURITY_HEADERS
from tests.functions.search_app import (
    CATALOG,
    FETCHED,
    NO_CATALOG,
    PHOTO,
    SHOP_ORIGIN,
    Behind,
    client,
    detail,
    endpoints,
    raw,
)

URL = "https://cdn.shop.example/1.jpg"


def test_what_algolia_adds_for_itself_is_not_passed_on(browser: FlaskClient) -> None:
    assert not re.search(b"_rankingInfo|_highlightResult", raw(browser).data)


def test_hosts_that_hang_keep_no_place_from_photos_that_are_sent(behind: Behind) -> None:
    browser, going_on = client(endpoints(behind, CATALOG | {"MAX_CONCURRENT_SEARCHES": "2"})), Event()
    behind.fetching = lambda _: FETCHED if going_on.wait(10) else b""
    asked = {"image": {"url": URL}}
    with ThreadPoolExecutor(2) as others:
        waiting = [others.submit(browser.post, "/", json=asked) for _ in range(2)]
        while len(behind.urls) < 2:
            time.sleep(0.01)
        busy = browser.post("/", json=asked)
        assert (busy.status_code, busy.headers["Retry-After"]) == (503, "1")
        assert raw(browser).status_code == 200
        going_on.set()
        assert [each.result().status_code for each in waiting] == [200, 200]
    assert browser.post("/", json=asked).status_code == 200


def test_a_photo_by_url_is_fetched_unless_that_is_switched_off(behind: Behind, browser: FlaskClient) -> None:
    asked = {"image": {"url": URL}}
    assert browser.post("/", json=asked).status_code == 200
    assert "switched off" in detail(client(endpoints(behind, fetches=False)).post("/", json=asked), 400)
    assert (behind.urls, behind.seen) == ([URL], [(FETCHED, None)])


def test_without_a_catalog_nothing_is_searched(behind: Behind) -> None:
    browser = client(endpoints(behind, NO_CATALOG))
    for answer in (raw(browser), browser.get("/similar/boot"), browser.get("/similar/boot?return=filters")):
        assert "return=filters" in detail(answer, 400)
    assert behind.seen == []
    answer = raw(browser, [("return", "filters"), ("optionalFilters", "brand:x")])
    assert answer.json is not None
    assert answer.json.keys() == {"labels", "params", "steps", "attributes"}
    assert answer.json["params"]["optionalFilters"][-1] == "brand:x"


def test_similar_products_come_without_the_product_or_what_to_search_for(
    behind: Behind, browser: FlaskClient
) -> None:
    told, found = (browser.get(f"/similar/boot{query}").json for query in ("?return=filters", ""))
    assert told is not None
    assert found is not None
    assert [label["description"] for label in told["labels"]] == ["Shoe", "Leather"]
    assert [hit["objectID"] for hit in found["hits"]] == ["pump", "a/b c"]
    assert len(behind.shop.asked) == 1


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


PATHS = {"/": "POST, OPTIONS", "/similar/boot": "GET, HEAD, OPTIONS", "/healthz": "GET, HEAD, OPTIONS"}


@pytest.mark.parametrize("path", PATHS)
def test_each_path_says_which_methods_it_takes(browser: FlaskClient, path: str) -> None:
    asked = browser.options(path)
    assert (asked.status_code, asked.headers["Allow"], asked.data) == (204, PATHS[path], b"")
    for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE"} - {*PATHS[path].split(", ")}:
        answer = browser.open(path, method=method)
        assert answer.headers["Allow"] == PATHS[path]
        assert PATHS[path] in detail(answer, 405)
        assert "send the picture to /" in detail(browser.open("/nowhere", method=method), 404)


def test_head_tells_what_get_would_without_a_body(browser: FlaskClient) -> None:
    for path in ("/healthz", "/openapi.json", "/similar/boot", "/similar/hat"):
        head, get = browser.head(path), browser.get(path)
        assert (head.status_code, head.data) == (get.status_code, b"")
        for answer in (head, get):
            del answer.headers["Server-Timing"]
        assert head.headers == get.headers


EVIL = "https://evil.example"
EVERYTHING = (("GET", "/healthz"), ("GET", "/similar/boot"), ("GET", "/none"), ("PUT", "/"), ("OPTIONS", "/"))


@pytest.mark.parametrize("origin", [None, SHOP_ORIGIN, EVIL, "null", f"{SHOP_ORIGIN}.evil"])
def test_browsers_of_listed_origins_only_may_read_an_answer(browser: FlaskClient, origin: str | None) -> None:
    allowed = origin if origin == SHOP_ORIGIN else None
    for method, path in EVERYTHING:
        headers = browser.open(path, method=method, headers={"Origin": origin} if origin else {}).headers
        assert headers.get("Access-Control-Allow-Origin") == headers.get("Timing-Allow-Origin") == allowed
        assert ("Retry-After" in headers.get("Access-Control-Expose-Headers", "")) is bool(allowed)
        assert dict(headers).items() >= SECURITY_HEADERS.items()


OTHERS = (EVIL, "null", "", f"{SHOP_ORIGIN}.evil", f"{SHOP_ORIGIN}/", f"{SHOP_ORIGIN} {EVIL}", "*")
PAGES: Sequence[tuple[Mapping[str, str], set[str]]] = [
    ({"Origin": SHOP_ORIGIN}, {"false", "true"}),
    ({"Origin": SHOP_ORIGIN, "Sec-Fetch-Site": "cross-site"}, {"false", "true"}),
    *(({"Origin": origin}, set[str]()) for origin in OTHERS),
    ({}, {"false"}),
    ({"Sec-Fetch-Site": "none"}, {"false"}),
    ({"Sec-Fetch-Site": "same-origin"}, {"false"}),
    ({"Sec-Fetch-Site": "cross-site"}, set()),
    ({"Sec-Fetch-Site": "same-site"}, set()),
]
"""What a browser says of a page, and with which settings of `REQUIRE_ORIGIN` that may search."""


@pytest.mark.parametrize("require", ["false", "true"])
@pytest.mark.parametrize(("says", "may"), PAGES)
def test_pages_of_other_origins_are_refused_before_anything_is_read(
    behind: Behind, says: Mapping[str, str], may: set[str], require: str
) -> None:
    browser, body = client(endpoints(behind, CATALOG | {"REQUIRE_ORIGIN": require})), BytesIO(PHOTO)
    photo = {"input_stream": body, "content_length": len(PHOTO), "content_type": "image/jpeg"}
    answers = [browser.post("/", headers=says, **photo), browser.get("/similar/boot", headers=says)]
    if require in may:
        assert [answer.status_code for answer in answers] == [200, 200]
        return
    for answer in answers:
        assert "CORS_ORIGINS" in detail(answer, 403)
    assert (body.tell(), behind.seen, behind.shop.asked) == (0, [], [])


def test_where_no_page_is_listed_every_page_is_refused(behind: Behind) -> None:
    browser = client(endpoints(behind, CATALOG | {"CORS_ORIGINS": ""}))
    asked = browser.post("/", data=PHOTO, content_type="image/jpeg", headers={"Origin": SHOP_ORIGIN})
    assert "CORS_ORIGINS" in detail(asked, 403)


def test_steps_that_do_not_tell_what_somebody_sent_before_are_told_in_milliseconds(
    browser: FlaskClient,
) -> None:
    for _ in range(2):
        steps = dict(step.split(";dur=") for step in raw(browser).headers["Server-Timing"].split(", "))
        assert steps.keys() == {"read", "catalog"}
        assert all(re.fullmatch(r"\d+\.\d", took) for took in steps.values())
