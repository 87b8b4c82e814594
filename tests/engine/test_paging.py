"""Pages: how many hits one has, how many there are, and that they show every reachable hit exactly once."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from devstack.algolia.documents import JsonObject
from devstack.algolia.engine import EngineConfig
from devstack.algolia.keys import KeyRing
from devstack.algolia.server import RunningEngine, running
from tests.engine.caller import Caller
from tests.engine.keys import APP_ID

RECORDS = 30
NARROW: dict[str, JsonObject] = {
    "admin": {"acl": ["admin"]},
    "narrow": {"acl": ["search", "browse"], "maxHitsPerQuery": 4},
    "unlimited": {"acl": ["search", "browse"], "maxHitsPerQuery": 0},
}


@pytest.fixture(scope="module")
def narrow() -> Iterator[RunningEngine]:
    """A server whose index `shop` has thirty records, and keys for four hits at a time and for any number."""
    with running(KeyRing.from_json(APP_ID, json.dumps(NARROW)), EngineConfig()) as server:
        records = [{"action": "addObject", "body": {"objectID": str(n)}} for n in range(RECORDS)]
        Caller(server, "admin")("POST", "/1/indexes/shop/batch", {"requests": records}).raise_for_status()
        yield server


@pytest.mark.parametrize(
    ("key", "asked", "size"),
    [
        ("narrow", 10, 4),
        ("narrow", 3, 3),
        ("narrow", None, 4),
        ("unlimited", 10, 10),
        ("unlimited", None, 20),
    ],
)
@pytest.mark.parametrize("way", ["one", "several", "url"])
def test_a_page_has_no_more_hits_than_its_key_may_see(
    narrow: RunningEngine, way: str, key: str, asked: int | None, size: int
) -> None:
    parameters = {} if asked is None else {"hitsPerPage": asked}
    call = Caller(narrow, key)
    if way == "one":
        answer = call("POST", "/1/indexes/shop/query", parameters).json()
    elif way == "url":
        answer = call("GET", "/1/indexes/shop", params=parameters).json()
    else:
        body = {"requests": [{"indexName": "shop", **parameters}]}
        (answer,) = call("POST", "/1/indexes/*/queries", body).json()["results"]
    assert (len(answer["hits"]), answer["hitsPerPage"]) == (size, size)
    assert (answer["nbHits"], answer["nbPages"]) == (RECORDS, -(-RECORDS // size))


def test_pages_cut_down_follow_one_another(narrow: RunningEngine) -> None:
    call = Caller(narrow, "narrow")
    pages = [call("POST", "/1/indexes/shop/query", {"page": n, "hitsPerPage": 10}).json() for n in range(9)]
    ids = [hit["objectID"] for page in pages for hit in page["hits"]]
    assert ids == [str(number) for number in range(RECORDS)]


def test_a_length_is_cut_down_as_a_page_is(narrow: RunningEngine) -> None:
    call = Caller(narrow, "narrow")
    answer = call("POST", "/1/indexes/shop/query", {"offset": 2, "length": 10}).json()
    assert [hit["objectID"] for hit in answer["hits"]] == ["2", "3", "4", "5"]
    assert answer["length"] == 4


def test_a_walk_is_cut_down_and_still_shows_everything(narrow: RunningEngine) -> None:
    call = Caller(narrow, "narrow")
    page = call("POST", "/1/indexes/shop/browse", {}).json()
    sizes = [len(page["hits"])]
    while cursor := page.get("cursor"):
        page = call("POST", "/1/indexes/shop/browse", {"cursor": cursor}).json()
        sizes.append(len(page["hits"]))
    assert sizes == [4] * 7 + [2]
