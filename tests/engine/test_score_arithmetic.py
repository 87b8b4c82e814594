"""The points of filters: documented examples, recorded behavior, and a naive recomputation."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devstack.algolia.documents import JsonObject
from devstack.algolia.engine import Engine, EngineConfig
from tests.engine.shop import Shop

# The records of the "Optional filters" page, by what they illustrate.
DEVICES: list[JsonObject] = [
    {"objectID": "iphone", "brand": "Apple", "type": "phone"},
    {"objectID": "ipad", "brand": "Apple", "type": "tablet"},
    {"objectID": "galaxy", "brand": "Samsung", "type": "phone"},
    {"objectID": "mate", "brand": "Huawei", "type": "phone"},
]
PORTFOLIOS: list[JsonObject] = [
    {"objectID": "all", "company": ["Google", "Amazon", "Facebook"]},
    {"objectID": "two", "company": ["Amazon", "Facebook"]},
    {"objectID": "one", "company": ["Facebook"]},
    {"objectID": "none", "company": ["Other"]},
]
GARMENTS: list[JsonObject] = [
    {"objectID": "both", "color": ["red", "blue"], "type": "shirt"},
    {"objectID": "red jeans", "color": ["red"], "type": "jeans"},
    {"objectID": "blue", "color": ["blue"], "type": "shirt"},
    {"objectID": "green jeans", "color": ["green"], "type": "jeans"},
]
FACETS = {"attributesForFaceting": ["brand", "type", "company", "color", "labels.description"]}


@pytest.mark.parametrize(
    ("optional_filters", "expected"),
    [
        (
            ["brand:Apple<score=3>", "brand:Samsung<score=2>", "brand:-Huawei"],
            {"iphone": 4, "ipad": 4, "galaxy": 3, "mate": 0},
        ),
        (["brand:Apple<score=2>", "type:tablet"], {"ipad": 3, "iphone": 2, "galaxy": 0, "mate": 0}),
        ([["brand:Apple<score=2>", "type:tablet"]], {"iphone": 2, "ipad": 2, "galaxy": 0, "mate": 0}),
        ("brand:Apple", {"iphone": 1, "ipad": 1, "galaxy": 0, "mate": 0}),
        (["brand:Apple<score=0>"], {"iphone": 0, "ipad": 0, "galaxy": 0, "mate": 0}),
        (["brand:apple<score=65535>"], {"iphone": 65535, "ipad": 65535, "galaxy": 0, "mate": 0}),
        (["Brand:Apple"], {"iphone": 0, "ipad": 0, "galaxy": 0, "mate": 0}),
        (["undeclared:-x<score=7>"], {"iphone": 7, "ipad": 7, "galaxy": 7, "mate": 7}),
    ],
)
def test_optional_filters_add_up_and_order(
    shop: Shop, optional_filters: object, expected: dict[str, int]
) -> None:
    shop.fill(DEVICES, FACETS)
    points = shop.points(optionalFilters=optional_filters)
    assert list(points.items()) == list(expected.items())


@pytest.mark.parametrize(
    ("sum_or", "expected"),
    [
        (False, {"both": 3, "blue": 2, "red jeans": 2, "green jeans": 0}),
        (True, {"both": 4, "red jeans": 2, "blue": 2, "green jeans": 0}),
    ],
)
def test_an_inner_array_counts_its_best_score_or_with_the_flag_their_sum(
    shop: Shop, *, sum_or: bool, expected: dict[str, int]
) -> None:
    shop.fill(GARMENTS, FACETS)
    filters = [["color:red<score=2>", "color:blue"], "type:-jeans"]
    assert shop.points(optionalFilters=filters, sumOrFiltersScores=sum_or) == expected


@pytest.mark.parametrize("parameter", ["optionalFilters", "facetFilters"])
@pytest.mark.parametrize(
    ("sum_or", "expected"),
    [(False, {"both": 5, "blue": 2, "red jeans": 1}), (True, {"both": 8, "blue": 2, "red jeans": 1})],
)
def test_an_array_within_an_inner_array_counts_as_one_where_all_of_it_is_satisfied(
    shop: Shop, parameter: str, *, sum_or: bool, expected: dict[str, int]
) -> None:
    shop.fill(GARMENTS, FACETS)
    filters = [
        [
            "color:red",
            ["color:blue<score=2>", "type:shirt<score=0>"],
            ["color:red<score=3>", "type:-jeans<score=2>"],
        ]
    ]
    points = shop.points(**{parameter: filters}, sumOrFiltersScores=sum_or)
    assert {name: earned for name, earned in points.items() if earned} == expected


@pytest.mark.parametrize(("sum_or", "expected"), [(False, [3, 2, 1]), (True, [6, 3, 1])])
@pytest.mark.parametrize(
    "parameters",
    [
        {"filters": "(company:Google<score=3> OR company:Amazon<score=2> OR company:Facebook<score=1>)"},
        {"facetFilters": [["company:Google<score=3>", "company:Amazon<score=2>", "company:Facebook"]]},
    ],
)
def test_scores_of_mandatory_filters_follow_the_filter_scoring_page(
    shop: Shop, parameters: dict[str, object], *, sum_or: bool, expected: list[int]
) -> None:
    shop.fill(PORTFOLIOS, FACETS)
    assert list(shop.points(**parameters, sumOrFiltersScores=sum_or).values()) == expected


def test_mandatory_and_optional_filters_count_to_one_score(shop: Shop) -> None:
    shop.fill(DEVICES, FACETS)
    points = shop.points(
        filters="brand:Apple AND type:tablet<score=3>", optionalFilters="type:tablet<score=500>"
    )
    assert points == {"ipad": 504}


def test_optional_filters_do_nothing_without_the_filters_criterion(shop: Shop) -> None:
    ranking = ["typo", "words", "proximity", "attribute", "exact", "custom"]
    shop.fill(DEVICES, {**FACETS, "ranking": ranking})
    assert set(shop.points(optionalFilters=["brand:Huawei<score=9>"]).values()) == {0}
    assert shop.ids(optionalFilters=["brand:Huawei<score=9>"])[0] == "iphone"


def test_optional_filters_match_inside_arrays_of_objects(shop: Shop) -> None:
    labels = [{"description": "Tote bag", "score": 0.9}, {"description": "Leather", "score": 0.6}]
    shop.fill([{"objectID": "1"}, {"objectID": "2", "labels": labels}], FACETS)
    assert shop.points(optionalFilters=["labels.description:tote BAG<score=87>"]) == {"2": 87, "1": 0}


@pytest.mark.parametrize("score", ["65536", "-1", "x", "1.5", ""])
def test_a_score_outside_its_range_is_refused(shop: Shop, score: str) -> None:
    shop.fill(DEVICES, FACETS)
    with pytest.raises(Exception, match="between 0 and 65535"):
        shop.search(optionalFilters=[f"brand:Apple<score={score}>"])


VALUES = st.sampled_from(["a", "B", "c d", "-e", "Ünï", "it's"])
TERMS = st.tuples(st.sampled_from(["color", "brand"]), VALUES, st.booleans(), st.integers(0, 65_535))
RECORDS = st.lists(
    st.fixed_dictionaries({"color": st.lists(VALUES, max_size=3), "brand": VALUES}), min_size=1, max_size=8
)
CLAUSES = st.lists(st.lists(TERMS, min_size=1, max_size=3), max_size=4)


def written(term: tuple[str, str, bool, int]) -> str:
    attribute, value, negated, score = term
    escaped = value if negated or not value.startswith("-") else f"\\{value}"
    return f"{attribute}:{'-' if negated else ''}{escaped}<score={score}>"


def naive_points(
    record: dict[str, Any], clauses: list[list[tuple[str, str, bool, int]]], *, sum_or: bool
) -> int:
    total = 0
    for clause in clauses:
        earned = [
            score
            for attribute, value, negated, score in clause
            if (value.lower() in [each.lower() for each in record[attribute]]) is not negated
        ]
        total += sum(earned) if sum_or else max(earned, default=0)
    return total


@settings(deadline=None)
@given(RECORDS, CLAUSES, st.booleans())
def test_points_and_order_equal_a_naive_recomputation(
    records: list[dict[str, Any]],
    clauses: list[list[tuple[str, str, bool, int]]],
    sum_or: bool,  # noqa: FBT001
) -> None:
    engine = Engine(lambda: 0.0, lambda: "0" * 32, EngineConfig())
    engine.set_settings("shop", FACETS)
    engine.batch(
        "shop",
        [{"action": "addObject", "body": {**each, "objectID": str(at)}} for at, each in enumerate(records)],
    )
    answer = engine.search(
        "shop",
        {
            "optionalFilters": [[written(term) for term in clause] for clause in clauses],
            "sumOrFiltersScores": sum_or,
            "getRankingInfo": True,
        },
    )
    listed = [{**each, "brand": [each["brand"]]} for each in records]
    expected = {str(at): naive_points(each, clauses, sum_or=sum_or) for at, each in enumerate(listed)}
    found = {hit["objectID"]: hit["_rankingInfo"]["filters"] for hit in answer["hits"]}
    assert found == expected
    assert list(found) == sorted(expected, key=lambda object_id: (-expected[object_id], int(object_id)))
