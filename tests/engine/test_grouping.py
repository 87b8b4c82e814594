"""Groups of hits (`distinct`), and walks through their pages: every reachable hit is shown exactly once."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pytest

from devstack.algolia.documents import JsonObject
from tests.engine.shop import Shop

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


def ids(hits: Sequence[JsonObject]) -> list[str]:
    return [hit["objectID"] for hit in hits]


@pytest.mark.parametrize("limit", [1, 4, 7, 1000])
@pytest.mark.parametrize("distinct", [False, 0, True, 1, 2, 3, 4])
@pytest.mark.parametrize("size", [1, 2, 3, 5, 100])
def test_pages_show_every_reachable_hit_once(shop: Shop, size: int, distinct: int, limit: int) -> None:
    shop.fill(RECORDS, {**SETTINGS, "distinct": distinct, "paginationLimitedTo": limit})
    groups = grouped(int(distinct))
    reachable = groups[:limit]
    pages = [shop.search(hitsPerPage=size, page=page) for page in range(len(reachable) // size + 2)]
    expected = [list(itertools.chain(*reachable[at : at + size])) for at in range(0, len(pages) * size, size)]
    assert [ids(page["hits"]) for page in pages] == expected
    assert (pages[0]["nbHits"], pages[0]["nbPages"]) == (len(groups), -(-len(reachable) // size))


@pytest.mark.parametrize(("offset", "length"), [(0, 3), (3, 4), (8, 5)])
def test_an_offset_and_a_length_count_groups(shop: Shop, offset: int, length: int) -> None:
    shop.fill(RECORDS, {**SETTINGS, "distinct": 2})
    hits = shop.search(offset=offset, length=length)["hits"]
    assert ids(hits) == list(itertools.chain(*grouped(2)[offset : offset + length]))


@pytest.mark.parametrize("distinct", [1, 3])
def test_hits_are_numbered_within_their_group(shop: Shop, distinct: int) -> None:
    shop.fill(RECORDS, SETTINGS)
    hits = shop.search(distinct=distinct, hitsPerPage=100)["hits"]
    numbers = [place for group in grouped(distinct) for place in range(len(group))]
    assert [hit["_distinctSeqID"] for hit in hits] == numbers
    assert all("_distinctSeqID" not in hit for hit in shop.search(distinct=0)["hits"])


def test_distinct_without_an_attribute_is_ignored(shop: Shop) -> None:
    shop.fill(RECORDS, {"customRanking": ["asc(rank)"]})
    answer = shop.search(distinct=2, hitsPerPage=100)
    assert ids(answer["hits"]) == list(itertools.chain(*grouped(0)))
    assert all("_distinctSeqID" not in hit for hit in answer["hits"])


def test_a_group_is_led_by_the_hit_with_the_most_points(shop: Shop) -> None:
    shop.fill(RECORDS, {**SETTINGS, "attributesForFaceting": ["filterOnly(rank)"]})
    answer = shop.search(distinct=2, hitsPerPage=2, optionalFilters=["rank:35<score=9>", "rank:31<score=8>"])
    assert ids(answer["hits"]) == ["d3", "d0", "a3", "a0"]


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
def test_values_make_groups_as_strings_and_rounded_numbers(
    shop: Shop, values: list[object], groups: int
) -> None:
    records = [{"objectID": str(at), "product": value} for at, value in enumerate(values)]
    shop.fill(records, SETTINGS)
    assert shop.search(distinct=True)["nbHits"] == groups


def test_groups_follow_what_is_written(shop: Shop) -> None:
    shop.fill([{"objectID": name, "product": "p"} for name in "abc"], {**SETTINGS, "distinct": 3})
    assert shop.search()["nbHits"] == 1
    shop.write(
        ("partialUpdateObject", {"objectID": "b", "product": "q"}), ("deleteObject", {"objectID": "a"})
    )
    shop.write(("addObject", {"objectID": "d", "product": "q"}))
    assert sorted(shop.ids()) == ["b", "c", "d"]
    assert shop.search()["nbHits"] == 2
