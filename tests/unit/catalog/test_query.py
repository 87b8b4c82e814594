from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from shared.catalog.labels import recognizer_filter
from shared.catalog.optional_filters import SHOP_FILTERS, SHOP_POINTS, check_optional_filters
from shared.catalog.query import VisualQuery, answer, search_params
from shared.errors import Permanent
from shared.model import Hit, Mode, Refinement
from tests.queries import WORDS, asking, label, word

QUERY = VisualQuery([word("a07", 40), label("Bag", 9)])
WORD, BAG, OWN = "visualWords_x:a07<score=40>", "labels.description:Bag<score=9>", "brand:Acme<score=50>"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("-Bag", "\\-Bag"),
        *((name, name) for name in ("Bag", "Men's wear", "Food: fruit", "T-shirt", "Bärenfell")),
    ],
)
def test_values_go_unquoted_and_only_a_leading_dash_is_escaped(name: str, value: str) -> None:
    assert asking({name: 7}).filters("label") == [f"labels.description:{value}<score=7>"]


def test_the_parameters_are_those_of_an_image_search() -> None:
    own = {"query": "red", "filters": "brand:Acme", "facets": ("brand",)}
    shops = Refinement(**own, optional_filters=(OWN,), page=2, hits_per_page=5)  # type: ignore[arg-type]
    assert QUERY.points("word") == {}
    assert search_params(QUERY, shops) == {
        "query": "red",
        "filters": "brand:Acme",
        "facets": ["brand"],
        "attributesToHighlight": [],
        "attributesToSnippet": [],
        "page": 2,
        "hitsPerPage": 5,
        "optionalFilters": [WORD, BAG, OWN],
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


def test_strict_is_one_scored_group_that_has_to_match_and_words_are_preferences() -> None:
    params = search_params(asking(Bag=9, Zip=3), Refinement(mode="strict", without=("7",)))
    assert params["facetFilters"] == [[BAG, "labels.description:Zip<score=3>"], "objectID:-7"]
    assert params["sumOrFiltersScores"] is True
    assert not {"optionalFilters", "filters", "facets"} & params.keys()
    params = search_params(QUERY, Refinement(mode="strict", optional_filters=(OWN,)))
    assert (params["facetFilters"], params["optionalFilters"]) == ([[BAG]], [WORD, OWN])


@pytest.mark.parametrize("mode", ["boost", "strict"])
def test_a_bare_search_has_the_shops_own_parameters_alone(mode: Mode) -> None:
    asked = Refinement(query="red", filters="brand:Acme", mode=mode, optional_filters=(OWN,), without=("7",))
    assert search_params(VisualQuery(bare=True), asked) == {
        "query": "red",
        "filters": "brand:Acme",
        "facetFilters": ["objectID:-7"],
        "optionalFilters": [OWN],
        "getRankingInfo": True,
        "attributesToHighlight": [],
        "attributesToSnippet": [],
        "page": 0,
        "hitsPerPage": 20,
    }


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


NO_FILTERS = ("brand", ":Acme", "brand:", "brand:Acme<score=x>", "brand:Acme<score=1> OR sale:true")


@pytest.mark.parametrize(
    ("filters", "words"),
    [
        *(((text,), "attribute:value") for text in NO_FILTERS),
        ((f"brand:Acme<score={SHOP_POINTS}>", "sale:true"), "points in all, not 2 with 15536"),
        (("brand:Acme",) * (SHOP_FILTERS + 1), "at most 50"),
    ],
)
def test_what_is_no_filter_or_too_much_is_refused(filters: tuple[str, ...], words: str) -> None:
    with pytest.raises(Permanent, match=words) as caught:
        check_optional_filters(filters)
    assert caught.value.reason == "bad-filters"


LABELS = asking(Bag=700, Leather=300)
ALL = VisualQuery([word("a07", 900), label("Bag", 700), word("b01", 300)])
SHOWN = [{"description": "Bag"}]
SHOPS = Refinement(optional_filters=("brand:Acme<score=900>",))


def hit(record: object, query: VisualQuery = LABELS, refinement: Refinement | None = None) -> Hit:
    [told] = answer(query, refinement or Refinement(), {}, {"hits": [record]}).hits
    return told


def scored(score: int, **more: object) -> dict[str, object]:
    return {"objectID": "1", "_rankingInfo": {"filters": score}, **more}


def shown(words: Sequence[str] = (), labels: object = ()) -> dict[str, object]:
    return scored(0, labels=labels, **{WORDS: list(words)})


Row = tuple[dict[str, object], VisualQuery, Refinement | None, int, dict[str, int]]
POINTS: Mapping[str, Row] = {
    "a label, case aside": (scored(700, labels=[{"description": "bag"}]), LABELS, None, 700, {"Bag": 700}),
    "no label": (scored(0, labels=[]), LABELS, None, 0, {}),
    "words count too": (shown(["A07", "a99", "b01"], [{"description": "Leather"}]), ALL, None, 1_200, {}),
    "a word is no label of its name": (shown(["bag"], [{"description": "a07"}]), ALL, None, 0, {}),
    "one value alone": ({**shown(labels=SHOWN[0]), WORDS: "b01"}, ALL, None, 1_000, {"Bag": 700}),
    "not the shop's points": (scored(50_700, labels=SHOWN), LABELS, None, 700, {"Bag": 700}),
    "labels not shown": (scored(302), LABELS, None, 302, {}),
    "less than any label": (scored(2), LABELS, None, 0, {}),
    "words not shown": (scored(1_600, labels=SHOWN), ALL, None, 1_600, {"Bag": 700}),
    "labels not shown beside the shop's": (scored(900), LABELS, SHOPS, 0, {}),
    "words not shown beside the shop's": (scored(2_500, labels=SHOWN), ALL, SHOPS, 700, {"Bag": 700}),
    "a query of nothing": (scored(3), VisualQuery(), None, 0, {}),
}


@pytest.mark.parametrize("case", POINTS)
def test_points_are_those_of_what_is_shown_and_else_algolias_unless_the_shops_own_hide_them(
    case: str,
) -> None:
    record, query, own, points, matched = POINTS[case]
    told = hit(record, query, own)
    assert (told.points, told.matched) == (points, matched)


@pytest.mark.parametrize(
    "labels", [None, "Bag", 7, ["Bag"], [{"name": "Bag"}], [None], {"Bag": "description"}]
)
def test_what_somebody_else_wrote_in_our_attributes_matches_nothing(labels: object) -> None:
    told = hit(scored(0, labels=labels, **{WORDS: {"a07": "a07"}}), ALL)
    assert (told.points, told.matched) == (0, {})


@pytest.mark.parametrize(
    ("whose", "score", "points"),
    [("r/1", 11_600, 1_600), ("r/1", 10_700, 700), ("r/1", 10_702, 700), ("r/2", 1_600, 900)],
)
def test_points_are_those_of_the_picture_and_not_for_whose_labels_they_are(
    whose: str, score: int, points: int
) -> None:
    query = VisualQuery([*ALL.terms, recognizer_filter("r/1")])
    assert hit(scored(score, labels=SHOWN, visual={"recognizer": whose}), query).points == points
