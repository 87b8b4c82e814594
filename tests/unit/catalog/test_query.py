from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.catalog.labels import MAX_LABELS, NOTHING_KNOWN, LabelCounts, WeightedLabels
from shared.catalog.optional_filters import ALGOLIA_POINTS
from shared.catalog.query import VisualQuery, search_params
from shared.model import Appearance, Label, Labels, Refinement
from tests.queries import asking, label, word

MIXED = VisualQuery([label("Bag", 600), word("a07", 300), label("Zip", 100)])


def weighed(labels: Labels, counts: LabelCounts = NOTHING_KNOWN) -> VisualQuery:
    return VisualQuery(WeightedLabels().terms(Appearance(labels), counts))


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
    assert asking({name: 7}).filters("label") == [f"labels.description:{value}<score=7>"]


def test_confidence_is_damped() -> None:
    assert weighed((Label("Bag", 1.0), Label("Leather", 0.25))).points("label") == {
        "Bag": 1000,
        "Leather": 500,
    }


@pytest.mark.parametrize("name", ["x<score=9>", "y" * 101])
def test_names_that_algolia_could_misread_are_left_out(name: str) -> None:
    assert weighed((Label(name, 0.9), Label("Bag", 1.0))).points("label") == {"Bag": 1000}


@given(
    st.lists(
        st.builds(Label, st.text(min_size=1), st.floats(0, 1)),
        max_size=30,
        unique_by=lambda label: label.name,
    ).map(tuple)
)
def test_any_labels_stay_within_algolias_limits(labels: tuple[Label, ...]) -> None:
    query = weighed(labels)
    assert len(query.filters("label")) == len(query.terms) <= MAX_LABELS
    assert all(0 < points <= ALGOLIA_POINTS for points in query.points("label").values())
    assert sum(query.points("label").values()) < ALGOLIA_POINTS


def test_what_has_no_name_has_filters_but_no_points_by_name() -> None:
    assert MIXED.points("word") == {}
    assert MIXED.filters("word") == ["visualWords_x:a07<score=300>"]


def test_filters_keep_their_order_whatever_they_are() -> None:
    assert MIXED.filters("word", "label") == [term.filter for term in MIXED.terms]
    assert MIXED.filters("label") == [
        "labels.description:Bag<score=600>",
        "labels.description:Zip<score=100>",
    ]
    assert MIXED.filters() == []


def test_the_parameters_are_those_of_an_image_search() -> None:
    refinement = Refinement(query="red", filters="brand:Acme", facets=("brand",), page=2, hits_per_page=5)
    assert search_params(VisualQuery([word("a07", 40), label("Bag", 9)]), refinement) == {
        "query": "red",
        "filters": "brand:Acme",
        "facets": ["brand"],
        "attributesToHighlight": [],
        "attributesToSnippet": [],
        "page": 2,
        "hitsPerPage": 5,
        "optionalFilters": [
            "visualWords_x:a07<score=40>",
            "labels.description:Bag<score=9>",
        ],
        "sumOrFiltersScores": True,
        "getRankingInfo": True,
        "enableABTest": False,
        "enablePersonalization": False,
        "enableReRanking": False,
        "mode": "keywordSearch",
        "clickAnalytics": True,
        "analyticsTags": ["image-search"],
        "ruleContexts": ["image-search"],
    }


def test_the_shops_own_preferences_stand_beside_the_pictures() -> None:
    params = search_params(asking(Bag=9), Refinement(optional_filters=("brand:Acme<score=50>",)))
    assert params["optionalFilters"] == ["labels.description:Bag<score=9>", "brand:Acme<score=50>"]


def test_strict_is_one_scored_group_that_has_to_match() -> None:
    query = asking(Bag=9, Leather=3)
    params = search_params(query, Refinement(mode="strict", without=("7",)))
    assert params["facetFilters"] == [
        ["labels.description:Bag<score=9>", "labels.description:Leather<score=3>"],
        "objectID:-7",
    ]
    assert params["sumOrFiltersScores"] is True
    assert "optionalFilters" not in params


def test_strictly_words_are_preferences_before_the_shops_own() -> None:
    query = VisualQuery([word("a07", 40), label("Bag", 9)])
    params = search_params(query, Refinement(mode="strict", optional_filters=("brand:Acme<score=50>",)))
    assert params["facetFilters"] == [["labels.description:Bag<score=9>"]]
    assert params["optionalFilters"] == [
        "visualWords_x:a07<score=40>",
        "brand:Acme<score=50>",
    ]


def test_common_labels_count_for_less() -> None:
    counts = LabelCounts(99, {"bag": 99, "leather": 9})
    labels = tuple(Label(name, 1.0) for name in ("Bag", "Leather", "Suede"))
    assert weighed(labels, counts).points("label") == {"Bag": 100, "Leather": 500, "Suede": 1000}


def test_what_the_shopper_did_not_ask_for_is_left_out() -> None:
    assert not {"filters", "facets"} & search_params(VisualQuery(), Refinement()).keys()
