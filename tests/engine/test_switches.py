"""Switches: a plan with few optional filters or none, and hits that rules pin."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
import requests

from devstack.algolia.documents import JsonObject
from devstack.algolia.engine import EngineConfig
from devstack.algolia.limits import AlgoliaError
from devstack.algolia.server import RunningEngine
from devstack.algolia.switches import Switches
from tests.engine.caller import Caller
from tests.engine.shop import Shop

FILTERS: list[tuple[object, int]] = [
    ([], 0),
    ([[]], 0),
    ("color:red", 1),
    (["color:red", "color:blue"], 2),
    ([["color:red", "color:blue"], "color:green"], 3),
    ([["color:red", ["color:blue", "color:green"]], "color:-black"], 4),
]


@pytest.mark.parametrize("most", [None, 0, 1, 2, 3, 4])
@pytest.mark.parametrize(("filters", "number"), FILTERS)
def test_a_plan_takes_its_number_of_optional_filters_and_no_more(
    new_shop: Callable[[EngineConfig], Shop], filters: object, number: int, most: int | None
) -> None:
    shop = new_shop(EngineConfig(switches=Switches(max_optional_filters=most)))
    shop.fill([{"objectID": "1", "color": "red"}], {"attributesForFaceting": ["searchable(color)"]})
    searches: Sequence[Callable[[], object]] = (
        lambda: shop.search(optionalFilters=filters),
        lambda: shop.engine.search_facet("shop", "color", {"optionalFilters": filters}),
    )
    for search in searches:
        if most is None or number <= most:
            search()
        else:
            with pytest.raises(AlgoliaError, match=r"(?i)optional filters.*on this application") as refused:
                search()
            assert refused.value.status == 400


def test_mandatory_filters_do_not_count(new_shop: Callable[[EngineConfig], Shop]) -> None:
    shop = new_shop(EngineConfig(switches=Switches(max_optional_filters=0)))
    shop.fill([{"objectID": "1", "color": "red"}], {"attributesForFaceting": ["color"]})
    assert shop.ids(facetFilters=["color:red", "color:-blue"], filters="color:red OR color:green") == ["1"]


def switch(server: RunningEngine, body: object) -> requests.Response:
    return requests.post(f"{server.url}/_devstack/switches", json=body, timeout=5)


def test_switches_are_set_while_the_server_runs_and_replace_each_other(filled: RunningEngine) -> None:
    call = Caller(filled, "search-key")
    queries: list[JsonObject] = [{"indexName": "other"}, {"indexName": "other", "optionalFilters": "x:1"}]
    assert switch(filled, {"max_optional_filters": 0}).json()["max_optional_filters"] == 0
    refused = call("POST", "/1/indexes/*/queries", {"requests": queries})
    message = "Optional filters are not enabled on this application"
    assert (refused.status_code, refused.json()) == (400, {"message": message, "status": 400})
    assert call("POST", "/1/indexes/*/queries", {"requests": queries[:1]}).ok
    switch(filled, {}).raise_for_status()
    assert call("POST", "/1/indexes/*/queries", {"requests": queries}).ok


@pytest.mark.parametrize(
    "body",
    [
        [],
        {"max_optional": 1},
        {"max_optional_filters": "1"},
        {"max_optional_filters": True},
        {"pinned": {"shop": ["1"]}},
        {"pinned": {"shop": {"1": -1}}},
    ],
)
def test_unknown_switches_are_refused(server: RunningEngine, body: object) -> None:
    assert switch(server, body).status_code == 400


PRODUCTS: list[JsonObject] = [
    {"objectID": name, "look": name[0], "color": "blue" if name == "c1" else "red"}
    for name in ("a1", "a2", "b1", "c1")
]


@pytest.mark.parametrize(
    ("pins", "parameters", "expected"),
    [
        ({}, {}, ["a1", "a2", "b1", "c1"]),
        ({"b1": 0}, {}, ["b1*", "a1", "a2", "c1"]),
        ({"a1": 2, "c1": 0}, {}, ["c1*", "a2", "a1*", "b1"]),
        ({"c1": 1}, {"filters": "color:red"}, ["a1", "c1*", "a2", "b1"]),
        ({"a1": 99, "gone": 0}, {}, ["a2", "b1", "c1", "a1*"]),
        ({"b1": 0, "a2": 3}, {"hitsPerPage": 2, "page": 1}, ["c1", "a2*"]),
        ({"a2": 0}, {"distinct": True}, ["a2*", "a1", "b1", "c1"]),
    ],
)
def test_pinned_hits_stand_at_their_positions_and_say_so(
    new_shop: Callable[[EngineConfig], Shop],
    pins: dict[str, int],
    parameters: dict[str, object],
    expected: list[str],
) -> None:
    shop = new_shop(EngineConfig(switches=Switches(pinned={"shop": pins, "other": {"c1": 0}})))
    shop.fill(PRODUCTS, {"attributesForFaceting": ["color"], "attributeForDistinct": "look"})
    answer = shop.search(**parameters, getRankingInfo=True)
    shown = [hit["objectID"] + "*" * hit["_rankingInfo"]["promoted"] for hit in answer["hits"]]
    assert shown == expected
    assert answer["nbHits"] == 4
