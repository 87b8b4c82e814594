from __future__ import annotations

import pytest

from shared.catalog.labels import NOTHING_KNOWN, LabelCounts, WeightedLabels
from shared.catalog.optional_filters import SHOP_FILTERS, SHOP_POINTS, check_optional_filters
from shared.catalog.query import VisualQuery, search_params
from shared.errors import Permanent
from shared.model import Appearance, Label, Labels, Refinement
from tests.queries import asking, label, word


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


@pytest.mark.parametrize("name", ["x<score=9>", "y" * 101])
def test_names_that_algolia_could_misread_are_left_out(name: str) -> None:
    assert weighed((Label(name, 0.9), Label("Bag", 1.0))).points("label") == {"Bag": 1000}


def test_the_parameters_are_those_of_an_image_search() -> None:
    own = {"query": "red", "filters": "brand:Acme", "facets": ("brand",)}
    shops = Refinement(**own, optional_filters=("brand:Acme<score=50>",), page=2, hits_per_page=5)  # type: ignore[arg-type]
    query = VisualQuery([word("a07", 40), label("Bag", 9)])
    assert query.points("word") == {}
    assert search_params(query, shops) == {
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
            "brand:Acme<score=50>",
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


def test_strict_is_one_scored_group_that_has_to_match() -> None:
    query = asking(Bag=9, Leather=3)
    params = search_params(query, Refinement(mode="strict", without=("7",)))
    assert params["facetFilters"] == [
        ["labels.description:Bag<score=9>", "labels.description:Leather<score=3>"],
        "objectID:-7",
    ]
    assert params["sumOrFiltersScores"] is True
    assert not {"optionalFilters", "filters", "facets"} & params.keys()


def test_strictly_words_are_preferences_before_the_shops_own() -> None:
    query = VisualQuery([word("a07", 40), label("Bag", 9)])
    params = search_params(query, Refinement(mode="strict", optional_filters=("brand:Acme<score=50>",)))
    assert params["facetFilters"] == [["labels.description:Bag<score=9>"]]
    assert params["optionalFilters"] == [
        "visualWords_x:a07<score=40>",
        "brand:Acme<score=50>",
    ]


@pytest.mark.parametrize(
    "filters",
    [
        (),
        ("brand:Acme",),
        ("brand:Acme<score=7>", "brand:-Other<score=2>", "sale:true"),
        (f"brand:Acme<score={SHOP_POINTS}>",),
        ("brand:Acme",) * SHOP_FILTERS,
        ("brand:a < b",),
    ],
)
def test_filters_within_the_budget_pass(filters: tuple[str, ...]) -> None:
    check_optional_filters(filters)


@pytest.mark.parametrize(
    ("filters", "words"),
    [
        (("brand",), "attribute:value"),
        ((":Acme",), "attribute:value"),
        (("brand:",), "attribute:value"),
        (("brand:Acme<score=x>",), "attribute:value"),
        (("brand:Acme<score=1> OR sale:true",), "attribute:value"),
        ((f"brand:Acme<score={SHOP_POINTS}>", "sale:true"), "points in all"),
        (("brand:Acme",) * (SHOP_FILTERS + 1), "at most 50"),
    ],
)
def test_what_is_no_filter_or_too_much_is_refused(filters: tuple[str, ...], words: str) -> None:
    with pytest.raises(Permanent, match=words) as caught:
        check_optional_filters(filters)
    assert caught.value.reason == "bad-filters"
