"""Pages of hits and of their groups (`distinct`): every reachable hit is shown exactly once."""

from __future__ import annotations

import itertools

import pytest

from devstack.algolia.documents import JsonObject
from devstack.algolia.server import RunningEngine
from tests.engine.shop import Caller, Shop

# Eight products with one to four views each, interleaved in the ranking, and two records that belong to none.
PRODUCTS = [("c", 1), ("a", 4), ("h", 2), ("b", 3), ("e", 1), ("d", 4), ("g", 2), ("f", 3)]
RECORDS: list[JsonObject] = [
    {"objectID": f"{product}{view}", "product": product, "rank": view * 10 + place}
    for place, (product, views) in enumerate(PRODUCTS)
    for view in range(views)
] + [{"objectID": "x", "rank": 5.5}, {"objectID": "y", "rank": 15.5}]
SETTINGS: JsonObject = {"customRanking": ["asc(rank)"], "attributeForDistinct": "product"}


def grouped(most: int) -> list[list[str]]:
    """The objectIDs as Algolia documents their order, computed naively."""
    groups: dict[str, list[str]] = {}
    for record in sorted(RECORDS, key=lambda each: each["rank"]):
        key = str(record.get("product", record["objectID"]) if most else record["objectID"])
        groups.setdefault(key, []).append(record["objectID"])
    return [group[: most or 1] for group in groups.values()]


@pytest.mark.parametrize("limit", [1, 7, 1000])
@pytest.mark.parametrize("distinct", [False, 0, True, 1, 2, 3, 4])
@pytest.mark.parametrize("size", [1, 3, 100])
def test_pages_show_every_reachable_hit_once(shop: Shop, size: int, distinct: int, limit: int) -> None:
    shop.fill(RECORDS, {**SETTINGS, "distinct": distinct, "paginationLimitedTo": limit})
    groups = grouped(int(distinct))
    reachable = groups[:limit]
    pages = [shop.search(hitsPerPage=size, page=page) for page in range(len(reachable) // size + 2)]
    expected = [list(itertools.chain(*reachable[at : at + size])) for at in range(0, len(pages) * size, size)]
    assert [[hit["objectID"] for hit in page["hits"]] for page in pages] == expected
    assert (pages[0]["nbHits"], pages[0]["nbPages"]) == (len(groups), -(-len(reachable) // size))


@pytest.mark.parametrize(("offset", "length"), [(0, 3), (3, 4), (8, 5)])
def test_an_offset_and_a_length_count_groups(shop: Shop, offset: int, length: int) -> None:
    shop.fill(RECORDS, {**SETTINGS, "distinct": 2})
    shown = list(itertools.chain(*grouped(2)[offset : offset + length]))
    assert shop.ids(offset=offset, length=length) == shown


@pytest.mark.parametrize("distinct", [1, 3])
def test_hits_are_numbered_within_their_group_if_there_are_groups(shop: Shop, distinct: int) -> None:
    shop.fill(RECORDS, SETTINGS)
    hits = shop.search(distinct=distinct, hitsPerPage=100)["hits"]
    numbers = [place for group in grouped(distinct) for place in range(len(group))]
    assert [hit["_distinctSeqID"] for hit in hits] == numbers
    ungrouped = shop.search(distinct=0, hitsPerPage=100)["hits"]
    shop.engine.set_settings("shop", {"attributeForDistinct": None})
    assert shop.search(distinct=2, hitsPerPage=100)["hits"] == ungrouped
    assert [hit["objectID"] for hit in ungrouped] == list(itertools.chain(*grouped(0)))
    assert all("_distinctSeqID" not in hit for hit in ungrouped)


def test_a_group_is_led_by_the_hit_with_the_most_points(shop: Shop) -> None:
    shop.fill(RECORDS, {**SETTINGS, "attributesForFaceting": ["filterOnly(rank)"]})
    scored = ["rank:35<score=9>", "rank:31<score=8>"]
    assert shop.ids(distinct=2, hitsPerPage=2, optionalFilters=scored) == ["d3", "d0", "a3", "a0"]


def test_facets_declared_after_distinct_count_the_hits_of_the_groups_only(shop: Shop) -> None:
    shop.fill(RECORDS, {**SETTINGS, "attributesForFaceting": ["product", "afterDistinct(objectID)"]})
    facets = shop.search(distinct=2, facets=["*"])["facets"]
    assert facets["product"] == dict(PRODUCTS)
    assert facets["objectID"].keys() == set(itertools.chain(*grouped(2)))


@pytest.mark.parametrize(
    ("values", "groups"),
    [
        (["Red", "red", "réd"], 3),
        ([1, 1.2, "1", 0.6], 1),
        ([-0.2, 0, 0.4], 1),
        ([True, True, False], 3),
        ([None, None], 2),
    ],
)
def test_values_group_as_strings_and_rounded_numbers(shop: Shop, values: list[object], groups: int) -> None:
    records = [{"objectID": str(at), "product": value} for at, value in enumerate(values)]
    shop.fill(records, SETTINGS)
    assert shop.search(distinct=True)["nbHits"] == groups


def test_groups_follow_what_is_written(shop: Shop) -> None:
    shop.fill([{"objectID": name, "product": "p"} for name in "abc"], {**SETTINGS, "distinct": 3})
    assert shop.search()["nbHits"] == 1
    moved, added = {"objectID": "b", "product": "q"}, {"objectID": "d", "product": "q"}
    shop.write(("partialUpdateObject", moved), ("deleteObject", {"objectID": "a"}), ("addObject", added))
    assert sorted(shop.ids()) == ["b", "c", "d"]
    assert shop.search()["nbHits"] == 2


THIRTY = [str(number) for number in range(30)]


@pytest.fixture
def long(server: RunningEngine) -> RunningEngine:
    """A server whose index `long` has thirty records."""
    records = [{"action": "addObject", "body": {"objectID": each}} for each in THIRTY]
    server.services.engine.batch("long", records)
    return server


@pytest.mark.parametrize(
    ("key", "asked", "size"),
    [
        ("narrow-key", {"hitsPerPage": 10}, 4),
        ("narrow-key", {"hitsPerPage": 3}, 3),
        ("narrow-key", {}, 4),
        ("unlimited-key", {"hitsPerPage": 10}, 10),
        ("unlimited-key", {}, 20),
    ],
)
def test_keys_bound_hits_of_a_page(long: RunningEngine, key: str, asked: dict[str, int], size: int) -> None:
    call = Caller(long, key)
    body = {"requests": [{"indexName": "long", **asked}]}
    for answer in (
        call("POST", "/1/indexes/long/query", asked).json(),
        call("GET", "/1/indexes/long", params=asked).json(),
        *call("POST", "/1/indexes/*/queries", body).json()["results"],
    ):
        assert (len(answer["hits"]), answer["hitsPerPage"]) == (size, size)
        assert (answer["nbHits"], answer["nbPages"]) == (30, -(-30 // size))


def test_pages_and_lengths_cut_down_follow_one_another(long: RunningEngine) -> None:
    def query(**asked: int) -> list[str]:
        answer = Caller(long, "narrow-key")("POST", "/1/indexes/long/query", asked).json()
        return [hit["objectID"] for hit in answer["hits"]]

    assert [query(page=number, hitsPerPage=10) for number in range(8)] == [
        THIRTY[at : at + 4] for at in range(0, 32, 4)
    ]
    assert query(offset=2, length=10) == THIRTY[2:6]


def test_a_walk_is_cut_down_and_still_shows_everything(long: RunningEngine) -> None:
    call = Caller(long, "narrow-key")
    page = call("POST", "/1/indexes/long/browse", {}).json()
    sizes = [len(page["hits"])]
    while cursor := page.get("cursor"):
        page = call("POST", "/1/indexes/long/browse", {"cursor": cursor}).json()
        sizes.append(len(page["hits"]))
    assert sizes == [4] * 7 + [2]
