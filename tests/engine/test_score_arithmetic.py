"""The points of filters: documented examples, recorded behavior, and a naive recomputation."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devstack.algolia.documents import JsonObject
from devstack.algolia.engine import EngineConfig
from devstack.algolia.limits import AlgoliaError
from tests.engine.shop import Clock, Shop

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
BY_BRAND = ["brand:Apple<score=3>", "brand:Samsung<score=2>", "brand:-Huawei"]


@pytest.mark.parametrize(
    ("optional_filters", "expected"),
    [
        (BY_BRAND, {"iphone": 4, "ipad": 4, "galaxy": 3, "mate": 0}),
        (["brand:Apple<score=2>", "type:tablet"], {"ipad": 3, "iphone": 2, "galaxy": 0, "mate": 0}),
        ([["brand:Apple<score=2>", "type:tablet"]], {"iphone": 2, "ipad": 2, "galaxy": 0, "mate": 0}),
        ("brand:Apple", {"iphone": 1, "ipad": 1, "galaxy": 0, "mate": 0}),
        (["brand:Apple<score=0>"], {"iphone": 0, "ipad": 0, "galaxy": 0, "mate": 0}),
        (["brand:apple<score=65535>"], {"iphone": 65535, "ipad": 65535, "galaxy": 0, "mate": 0}),
        (["Brand:Apple"], {"iphone": 0, "ipad": 0, "galaxy": 0, "mate": 0}),
        (["undeclared:-x<score=7>"], {"iphone": 7, "ipad": 7, "galaxy": 7, "mate": 7}),
    ],
)
def test_optional_filters_add_points(shop: Shop, optional_filters: object, expected: dict[str, int]) -> None:
    shop.fill(DEVICES, FACETS)
    points = shop.points(optionalFilters=optional_filters)
    assert list(points.items()) == list(expected.items())


OR: list[object] = [["color:red<score=2>", "color:blue"], "type:-jeans"]
NESTED: list[object] = [
    [
        "color:red",
        ["color:blue<score=2>", "type:shirt<score=0>"],
        ["color:red<score=3>", "type:-jeans<score=2>"],
    ]
]


@pytest.mark.parametrize(
    ("asked", "best", "summed"),
    [
        (
            {"optionalFilters": OR},
            {"both": 3, "blue": 2, "red jeans": 2},
            {"both": 4, "red jeans": 2, "blue": 2},
        ),
        *(
            (
                {parameter: NESTED},
                {"both": 5, "blue": 2, "red jeans": 1},
                {"both": 8, "blue": 2, "red jeans": 1},
            )
            for parameter in ("optionalFilters", "facetFilters")
        ),
    ],
)
def test_an_inner_array_counts_its_best_score_or_with_the_flag_their_sum(
    shop: Shop, asked: dict[str, object], best: dict[str, int], summed: dict[str, int]
) -> None:
    shop.fill(GARMENTS, FACETS)
    for sum_or, expected in ((False, best), (True, summed)):
        points = shop.points(**asked, sumOrFiltersScores=sum_or)
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
    scored = {"filters": "brand:Apple AND type:tablet<score=3>", "optionalFilters": "type:tablet<score=500>"}
    assert shop.points(**scored) == {"ipad": 504}


def test_optional_filters_do_nothing_without_the_filters_criterion(shop: Shop) -> None:
    ranking = ["typo", "words", "proximity", "attribute", "exact", "custom"]
    shop.fill(DEVICES, {**FACETS, "ranking": ranking})
    points = shop.points(optionalFilters=["brand:Huawei<score=9>"])
    assert (set(points.values()), next(iter(points))) == ({0}, "iphone")


@pytest.mark.parametrize("score", ["65536", "-1", "x", "1.5", ""])
def test_a_score_outside_its_range_is_refused(shop: Shop, score: str) -> None:
    shop.fill(DEVICES, FACETS)
    with pytest.raises(AlgoliaError, match="between 0 and 65535"):
        shop.search(optionalFilters=[f"brand:Apple<score={score}>"])


Term = tuple[str, str, bool, int]
VALUES = st.sampled_from(["a", "B", "c d", "-e", "Ünï", "it's"])
TERMS = st.tuples(st.sampled_from(["color", "brand"]), VALUES, st.booleans(), st.integers(0, 65_535))
RECORDS = st.lists(
    st.fixed_dictionaries({"color": st.lists(VALUES, max_size=3), "brand": VALUES}), min_size=1, max_size=8
)
CLAUSES = st.lists(st.lists(TERMS, min_size=1, max_size=3), max_size=4)


def written(term: Term) -> str:
    attribute, value, negated, score = term
    escaped = value if negated or not value.startswith("-") else f"\\{value}"
    return f"{attribute}:{'-' if negated else ''}{escaped}<score={score}>"


def earned(record: dict[str, Any], clause: list[Term]) -> list[int]:
    held = {"color": [each.lower() for each in record["color"]], "brand": [record["brand"].lower()]}
    return [score for name, value, negated, score in clause if (value.lower() in held[name]) is not negated]


@given(RECORDS, CLAUSES, st.booleans())
def test_points_and_order_equal_a_naive_recomputation(
    records: list[dict[str, Any]],
    clauses: list[list[Term]],
    sum_or: bool,  # noqa: FBT001
) -> None:
    shop = Shop(Clock(), EngineConfig())
    shop.fill([{**each, "objectID": str(at)} for at, each in enumerate(records)], FACETS)
    filters = [[written(term) for term in clause] for clause in clauses]
    found = shop.points(optionalFilters=filters, sumOrFiltersScores=sum_or)
    counted = sum if sum_or else lambda scores: max(scores, default=0)
    expected = {
        str(at): sum(counted(earned(record, clause)) for clause in clauses)
        for at, record in enumerate(records)
    }
    assert list(found.items()) == sorted(expected.items(), key=lambda each: (-each[1], int(each[0])))
