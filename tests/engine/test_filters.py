"""What filters in the two notations select.

Cases marked RECORDED repeat, on other records, what client developers recorded of the live service in 2026.
"""

from __future__ import annotations

import pytest

from devstack.algolia.choices import OpenChoices
from devstack.algolia.documents import JsonObject
from devstack.algolia.engine import EngineConfig
from devstack.algolia.limits import AlgoliaError
from tests.engine.shop import Clock, Shop

ALL = "12345"
RECORDS: list[JsonObject] = [
    {"objectID": "1", "color": "red", "kind": "shirt", "label": "-Movie", "count": 10, "_tags": ["new"]},
    {"objectID": "2", "color": "blue", "kind": "shirt", "count": -12, "_tags": ["-x"]},
    {"objectID": "3", "color": "red", "kind": "pants", "count": 5, "sizes": [36, 40], "sold": True},
    {"objectID": "4", "color": "green", "kind": "pants", "count": 0, "_tags": ["x"]},
    {"objectID": "5", "color": "navy blue", "kind": "shirt", "maker": 'NBC: "East"', "count": 7.5},
]
SETTINGS = {
    "attributesForFaceting": ["color", "kind", "label", "filterOnly(maker)", "count", "sold", "my attr"]
}


@pytest.fixture
def filled(shop: Shop) -> Shop:
    shop.fill([*RECORDS], SETTINGS)
    return shop


def selected(shop: Shop, **parameters: object) -> str:
    return "".join(sorted(shop.ids(**parameters)))


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ("", ALL),
        ("color:red AND kind:shirt", "1"),
        ("(color:red AND kind:shirt)", "1"),  # RECORDED
        ("color:red OR color:blue AND kind:shirt", "12"),
        ("color:red AND (kind:shirt OR kind:pants)", "13"),
        ("(color:red OR color:blue) AND NOT kind:pants", "12"),
        ("NOT color:red AND NOT color:blue", "45"),
        ("NOT color:red OR NOT kind:shirt", "2345"),  # RECORDED
        ("((color:red) OR (color:blue OR color:green))", "1234"),
        ("color:RED", "13"),
        ("Color:red", ""),
        ('color:"navy blue"', "5"),
        ("color:'navy blue'", "5"),
        (r"maker:'NBC: \"East\"'", "5"),
        (r'maker:"NBC: \"East\""', "5"),
        ("label:-Movie", "1"),  # RECORDED: in `filters` a dash is part of the value
        ('NOT label:"-Movie"', "2345"),
        ("count:-12", "2"),
        ("count = 10", "1"),
        ("count=10 OR count:0 TO 5", "134"),
        ("count:0TO5", "34"),
        ("NOT count:0 TO 9", "12"),
        ("count != 10", "2345"),
        ("count > -12.5 AND count <= 0", "24"),
        ("count >= 7.5", "15"),
        ("sizes = 40", "3"),
        ("sizes > 36 AND sizes < 40", "3"),
        ("missing = 1", ""),
        ("sold:true", "3"),
        ("_tags:new OR x", "14"),
        ("NEW", ""),
        ('NOT _tags:"-x"', "1345"),
        ("objectID:3 OR objectID:4", "34"),
        ("undeclared:red", ""),
        ("NOT undeclared:red", ALL),
        ("  color : red  <score = 3> ", "13"),
    ],
)
def test_filters_select(filled: Shop, filters: str, expected: str) -> None:
    assert selected(filled, filters=filters) == expected


@pytest.mark.parametrize(
    ("facet_filters", "expected"),
    [
        ("color:red", "13"),
        (["color:red", "kind:shirt"], "1"),
        ([["color:red", "color:blue"], "kind:shirt"], "12"),
        ([], ALL),
        ([[]], ALL),
        ([["color:navy blue"]], "5"),
        (["color:-navy blue"], "1234"),
        (['maker:NBC: "East"'], "5"),
        (["label:\\-Movie"], "1"),
        (["label:--Movie"], "2345"),  # RECORDED: not "-Movie"
        (["label:-\\-Movie"], ALL),  # RECORDED: after the negation nothing is escaped
        (['"color":"red"'], "13"),  # RECORDED: facetFilters drop quotes
        (['"color":"-red"'], "245"),
        (['"color":-"red"'], ALL),
        (['-"color":"red"'], ""),
        (["count:\\-12"], "2"),
        (["_tags:new"], "1"),
        (["objectID:-1"], "2345"),
        (["undeclared:x"], ""),
        ([[["color:red", "kind:shirt"], "color:green"]], "14"),
        ([[["color:red", "kind:shirt"], ["color:green", "kind:pants"]], "count:0"], "4"),
        ([[["color:red", "kind:-shirt"]]], "3"),
        ([[[]], [[], "color:red"]], "13"),
    ],
)
def test_facet_filters_select(filled: Shop, facet_filters: object, expected: str) -> None:
    assert selected(filled, facetFilters=facet_filters) == expected


@pytest.mark.parametrize(
    ("optional_filter", "scoring"),
    [
        ("color:red", "13"),
        ("label:\\-Movie", "1"),
        ('maker:NBC: "East"', "5"),
        ('color:"red"', ""),  # RECORDED: optionalFilters take quotes literally
        ('"color":red', ""),
        ("color:'red'", ""),
        ('"color":-"red"', ALL),
        ("color:-red", "245"),
    ],
)
def test_optional_filters_score(filled: Shop, optional_filter: str, scoring: str) -> None:
    points = filled.points(optionalFilters=[optional_filter])
    assert len(points) == len(RECORDS)
    assert "".join(sorted(object_id for object_id, earned in points.items() if earned)) == scoring


@pytest.mark.parametrize(
    ("tag_filters", "expected"),
    [
        ([["\\-x"]], "2"),
        ([["--x"]], "1345"),
        ([["-\\-x"]], ALL),
        ([["-x"]], "1235"),
        ([['"-x"']], ""),
        ([["new", "x"]], "14"),
        ("X", ""),
    ],
)
def test_tag_filters_select_case_sensitively(filled: Shop, tag_filters: object, expected: str) -> None:
    assert selected(filled, tagFilters=tag_filters) == expected


@pytest.mark.parametrize(
    ("numeric_filters", "expected"),
    [(["count > 0", "count < 8"], "35"), ([["count:0 TO 5", "count = 10"]], "134"), ("count=0", "4")],
)
def test_numeric_filters_select(filled: Shop, numeric_filters: object, expected: str) -> None:
    assert selected(filled, numericFilters=numeric_filters) == expected


@pytest.mark.parametrize(
    "parameters",
    [
        {"facetFilters": ["color"]},
        {"facetFilters": [":red"]},
        {"facetFilters": [[[["color:red"]]]]},
        {"optionalFilters": [[["color:red", 1]]]},
        {"facetFilters": [1]},
        {"optionalFilters": {"color": "red"}},
        {"numericFilters": ["color:red"]},
        {"numericFilters": ["count > 1 AND count < 3"]},
    ],
)
def test_malformed_lists_are_refused(filled: Shop, parameters: dict[str, object]) -> None:
    with pytest.raises(AlgoliaError, match=rf"Invalid .*{next(iter(parameters))}"):
        filled.search(**parameters)


def test_a_query_takes_a_thousand_filters_and_no_more(filled: Shop) -> None:
    assert filled.points(optionalFilters=["color:red"] * 1000)["1"] == 1000
    with pytest.raises(AlgoliaError, match="Too many filters: 1001"):
        filled.search(optionalFilters=[[["color:red"] * 999]], filters="color:red AND kind:shirt")


def test_numeric_attributes_for_filtering_narrow_what_numbers_match(filled: Shop) -> None:
    filled.engine.set_settings("shop", {"numericAttributesForFiltering": ["equalOnly(sizes)"]})
    assert selected(filled, filters="sizes = 40") == "3"
    assert selected(filled, filters="count = 10") == ""


def test_open_choices_can_be_switched(clock: Clock) -> None:
    strict = Shop(
        clock,
        EngineConfig(
            choices=OpenChoices(fold_accents_in_facets=True, reject_undeclared_facets=True, score_ceiling=10)
        ),
    )
    strict.fill([{"objectID": "1", "color": "Crème"}], {"attributesForFaceting": ["color"]})
    assert strict.points(optionalFilters=["color:creme<score=8>", "color:crème<score=8>"]) == {"1": 10}
    with pytest.raises(AlgoliaError, match="undeclared is not in attributesForFaceting"):
        strict.search(optionalFilters=["undeclared:x"])
