from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.catalog.query import MAX_FILTERS, VisualQuery, search_params, visual_query
from shared.catalog.rarity import LabelCounts
from shared.model import Label, Refinement

ALGOLIA_MAX_SCORE = 65_535


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Bag", "Bag"),
        ("Men's wear", "Men's wear"),
        ("Food: fruit", "Food: fruit"),
        ("-Bag", "\\-Bag"),
        ("T-shirt", "T-shirt"),
        ("Bärenfell", "Bärenfell"),
    ],
)
def test_values_go_unquoted_and_only_a_leading_dash_is_escaped(name: str, value: str) -> None:
    assert VisualQuery({name: 7}).filters == [f"labels.description:{value}<score=7>"]


def test_confidence_is_damped() -> None:
    assert visual_query((Label("Bag", 1.0), Label("Leather", 0.25))).points == {"Bag": 1000, "Leather": 500}


@pytest.mark.parametrize("name", ["x<score=9>", "y" * 101])
def test_names_that_algolia_could_misread_are_left_out(name: str) -> None:
    assert visual_query((Label(name, 0.9), Label("Bag", 1.0))).points == {"Bag": 1000}


@given(
    st.lists(
        st.builds(Label, st.text(min_size=1), st.floats(0, 1)),
        max_size=30,
        unique_by=lambda label: label.name,
    ).map(tuple)
)
def test_any_labels_stay_within_algolias_limits(labels: tuple[Label, ...]) -> None:
    query = visual_query(labels)
    assert len(query.filters) <= MAX_FILTERS
    assert all(0 < points <= ALGOLIA_MAX_SCORE for points in query.points.values())
    assert sum(query.points.values()) < ALGOLIA_MAX_SCORE


def test_the_parameters_are_those_of_an_image_search() -> None:
    refinement = Refinement(query="red", filters="brand:Acme", facets=("brand",), page=2, hits_per_page=5)
    assert search_params(VisualQuery({"Bag": 9}), refinement) == {
        "query": "red",
        "filters": "brand:Acme",
        "facets": ["brand"],
        "page": 2,
        "hitsPerPage": 5,
        "optionalFilters": ["labels.description:Bag<score=9>"],
        "getRankingInfo": True,
        "enableReRanking": False,
        "clickAnalytics": True,
        "analyticsTags": ["image-search"],
        "ruleContexts": ["image-search"],
    }


def test_the_shops_own_preferences_stand_beside_the_pictures() -> None:
    params = search_params(VisualQuery({"Bag": 9}), Refinement(optional_filters=("brand:Acme<score=50>",)))
    assert params["optionalFilters"] == ["labels.description:Bag<score=9>", "brand:Acme<score=50>"]


def test_strict_is_one_scored_group_that_has_to_match() -> None:
    query = VisualQuery({"Bag": 9, "Leather": 3})
    params = search_params(query, Refinement(mode="strict", without=("7",)))
    assert params["facetFilters"] == [
        ["labels.description:Bag<score=9>", "labels.description:Leather<score=3>"],
        "objectID:-7",
    ]
    assert params["sumOrFiltersScores"] is True
    assert "optionalFilters" not in params


def test_common_labels_count_for_less() -> None:
    counts = LabelCounts(99, {"bag": 99, "leather": 9})
    labels = tuple(Label(name, 1.0) for name in ("Bag", "Leather", "Suede"))
    assert visual_query(labels, counts).points == {"Bag": 100, "Leather": 500, "Suede": 1000}


def test_what_the_shopper_did_not_ask_for_is_left_out() -> None:
    assert not {"filters", "facets"} & search_params(VisualQuery({}), Refinement()).keys()
