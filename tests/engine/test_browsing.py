"""Walks through all records, and which attributes of a record are shown to whom."""

from __future__ import annotations

import pytest

from devstack.algolia.documents import JsonObject
from devstack.algolia.limits import AlgoliaError
from devstack.algolia.server import RunningEngine
from tests.engine.caller import Caller
from tests.engine.shop import Shop

COLORS = ("red", "green")
RECORDS: list[JsonObject] = [
    {
        "objectID": str(number),
        "color": COLORS[number % 2],
        "size": number,
        "visual": {"model": "m", "pictures": number},
    }
    for number in range(10)
]
RED = [record["objectID"] for record in RECORDS if record["color"] == "red"]


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


WALKS: list[tuple[JsonObject, list[str]]] = [
    ({}, [record["objectID"] for record in RECORDS]),
    ({"filters": "color:red"}, RED),
    ({"facetFilters": ["color:red"]}, RED),
    ({"filters": "size >= 5 AND NOT color:green"}, ["6", "8"]),
    ({"numericFilters": ["size < 3"]}, ["0", "1", "2"]),
    ({"query": "green"}, [record["objectID"] for record in RECORDS if record["objectID"] not in RED]),
    ({"filters": "color:blue"}, []),
]


@pytest.mark.parametrize("again", [False, True], ids=["cursor alone", "parameters again"])
@pytest.mark.parametrize("length", [1, 3, 5, 10, 1000])
@pytest.mark.parametrize(("selection", "expected"), WALKS, ids=lambda value: str(value)[:30])
def test_a_walk_shows_what_was_asked_for_of_each_selected_record_once(
    shop: Shop, selection: JsonObject, expected: list[str], length: int, *, again: bool
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
    assert [hit["objectID"] for hit in page["hits"]] == ["1", "2", "3"]
    assert page["nbHits"] == 8


@pytest.mark.parametrize("cursor", ["x", "", "e30=", 3, "é"])
def test_a_made_up_cursor_is_refused(shop: Shop, cursor: object) -> None:
    with pytest.raises(AlgoliaError, match="Cursor is not valid"):
        shop.engine.browse("shop", {"cursor": cursor})


SECRET: JsonObject = {"objectID": "1", "name": "bag", "cost": {"price": 3, "currency": "EUR"}}
READS: dict[str, tuple[str, str, JsonObject | None]] = {
    "search": ("POST", "/1/indexes/secrets/query", {}),
    "search by URL": ("GET", "/1/indexes/secrets", None),
    "browse": ("POST", "/1/indexes/secrets/browse", {}),
    "browse by URL": ("GET", "/1/indexes/secrets/browse", None),
    "getObject": ("GET", "/1/indexes/secrets/1", None),
    "getObjects": (
        "POST",
        "/1/indexes/*/objects",
        {"requests": [{"indexName": "secrets", "objectID": "1"}]},
    ),
    "getObjects, by name": (
        "POST",
        "/1/indexes/*/objects",
        {"requests": [{"indexName": "secrets", "objectID": "1", "attributesToRetrieve": ["cost", "name"]}]},
    ),
}


@pytest.fixture
def secrets(server: RunningEngine, admin: Caller) -> RunningEngine:
    hidden = {"unretrievableAttributes": ["cost.price"], "attributesToHighlight": []}
    admin("PUT", "/1/indexes/secrets/settings", hidden).raise_for_status()
    admin("PUT", "/1/indexes/secrets/1", SECRET).raise_for_status()
    return server


@pytest.mark.parametrize("read", READS)
def test_unretrievable_attributes_are_hidden_from_all_but_the_keys_that_may_see_them(
    secrets: RunningEngine, read: str
) -> None:
    bare = {**SECRET, "cost": {"currency": "EUR"}}
    seen = {"search-key": bare, "reader-key": bare, "insight-key": SECRET, "admin-key": SECRET}
    for key, expected in seen.items():
        answer = Caller(secrets, key)(*READS[read])
        if key == "search-key" and read.startswith("browse"):
            assert (answer.status_code, answer.json()["message"]) == (
                403,
                "Method not allowed with this API key",
            )
        else:
            assert records(answer.json()) == [expected], key


def records(answer: JsonObject) -> list[JsonObject]:
    found: list[JsonObject] = answer.get("hits") or answer.get("results") or [answer]
    return found


def test_records_are_shown_whole_whatever_the_settings_show_of_hits(
    server: RunningEngine, admin: Caller
) -> None:
    admin("PUT", "/1/indexes/shop/settings", {"attributesToRetrieve": ["name"]}).raise_for_status()
    admin("PUT", "/1/indexes/shop/1", SECRET).raise_for_status()
    reader = Caller(server, "search-key")
    requests = {"requests": [{"indexName": "shop", "objectID": "1"}]}
    assert reader("POST", "/1/indexes/*/objects", requests).json() == {"results": [SECRET]}
    assert reader("GET", "/1/indexes/shop/1").json() == SECRET
