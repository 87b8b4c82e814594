"""Facet counts, their statistics, and the search within facet values."""

from __future__ import annotations

import pytest

from devstack.algolia.documents import JsonObject
from devstack.algolia.limits import AlgoliaError
from tests.engine.shop import Shop

LABELS = "labels.description"


def labeled(*names: str, **others: object) -> JsonObject:
    return {"labels": [{"description": name} for name in names], **others}


RECORDS: list[JsonObject] = [
    labeled("Bag", "Red leather", objectID="1", price=10, new=True),
    labeled("bag", "Bag", objectID="2", price=30),
    labeled("Chair", objectID="3", price=20.5, hidden="x", new=False),
]
FACETING = ["searchable(labels.description)", "price", "new", "filterOnly(hidden)"]


@pytest.fixture
def filled(shop: Shop) -> Shop:
    shop.fill(RECORDS, {"attributesForFaceting": FACETING})
    return shop


def test_counts_are_records_not_occurrences_and_follow_filters_and_queries(filled: Shop) -> None:
    answer = filled.search(facets=[LABELS, "hidden", "undeclared"])
    assert answer["facets"] == {LABELS: {"Bag": 2, "Chair": 1, "Red leather": 1}}
    assert answer["exhaustive"]["facetsCount"] is True
    assert filled.search(facets=LABELS, filters="price > 15")["facets"] == {LABELS: {"Bag": 1, "Chair": 1}}
    assert filled.search(facets=LABELS, query="chair")["facets"] == {LABELS: {"Chair": 1}}
    assert "facets" not in filled.search()


def test_a_star_asks_for_every_facet_and_numbers_have_statistics(filled: Shop) -> None:
    answer = filled.search(facets=["*"], hitsPerPage=0)
    assert answer["facets"].keys() == {LABELS, "price", "new"}
    assert answer["facets"]["price"] == {"10": 1, "20.5": 1, "30": 1}
    assert answer["facets"]["new"] == {"false": 1, "true": 1}
    assert answer["facets_stats"]["price"] == {"min": 10, "max": 30, "avg": 60.5 / 3, "sum": 60.5}


@pytest.mark.parametrize(("asked", "given"), [(None, 100), (3, 3), (1_000, 1_000), (5_000, 1_000)])
def test_values_per_facet_are_bounded(shop: Shop, asked: int | None, given: int) -> None:
    records = [{"objectID": str(n), "c": [f"v{n}", "common"]} for n in range(1_200)]
    shop.fill(records, {"attributesForFaceting": ["c"]})
    parameters = {} if asked is None else {"maxValuesPerFacet": asked}
    counts = shop.search(facets=["c"], **parameters)["facets"]["c"]
    assert len(counts) == given
    assert next(iter(counts.items())) == ("common", 1_200)


def test_values_may_be_sorted_by_name(filled: Shop) -> None:
    filled.write(("addObject", labeled("Red leather", objectID="4")))
    by_name = filled.search(facets=LABELS, sortFacetValuesBy="alpha")["facets"][LABELS]
    assert list(by_name) == ["Bag", "Chair", "Red leather"]


def test_faceting_after_distinct_counts_the_records_kept(shop: Shop) -> None:
    records = [{"objectID": str(n), "group": n // 2, "c": "red"} for n in range(6)]
    shop.fill(records, {"attributesForFaceting": ["c"], "attributeForDistinct": "group", "distinct": True})
    assert shop.search(facets="c")["facets"] == {"c": {"red": 6}}
    assert shop.search(facets="c", facetingAfterDistinct=True)["facets"] == {"c": {"red": 3}}


@pytest.mark.parametrize(
    ("query", "expected"),
    [("", ["Bag", "Chair", "Red leather"]), ("lea", ["Red leather"]), ("le re", ["Red leather"]), ("x", [])],
)
def test_facet_values_are_found_by_the_start_of_words(filled: Shop, query: str, expected: list[str]) -> None:
    answer = filled.engine.search_facet("shop", LABELS, {"facetQuery": query})
    assert [hit["value"] for hit in answer["facetHits"]] == expected


def test_facet_hits_are_counted_highlighted_filtered_and_bounded(filled: Shop) -> None:
    parameters = {"facetQuery": "b", "filters": "price < 15", "maxFacetHits": 1}
    answer = filled.engine.search_facet("shop", LABELS, parameters)
    assert answer["facetHits"] == [{"value": "Bag", "highlighted": "<em>B</em>ag", "count": 1}]


@pytest.mark.parametrize(
    ("facet", "parameters", "message"),
    [
        ("price", {}, r"add searchable\(price\)"),
        ("unknown", {}, r"add searchable\(unknown\)"),
        (LABELS, {"maxFacetHits": 101}, "between 1 and 100"),
        (LABELS, {"facetsQuery": "b"}, "Unknown parameter: facetsQuery"),
    ],
)
def test_facet_searches_refuse(filled: Shop, facet: str, parameters: dict[str, object], message: str) -> None:
    with pytest.raises(AlgoliaError, match=message):
        filled.engine.search_facet("shop", facet, parameters)
