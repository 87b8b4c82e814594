"""The two notations of filters, with what each accepts, refuses and selects.

Cases marked RECORDED repeat, on other records, what client developers recorded of the live service in 2026.
"""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devstack.algolia.documents import JsonObject
from devstack.algolia.engine import EngineConfig
from devstack.algolia.filters import FacetTerm, NumericTerm
from devstack.algolia.filters.sql import parse_filters
from devstack.algolia.limits import AlgoliaError, OpenChoices
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
    ("filters", "message"),
    [
        ("NOT (color:red OR color:blue)", r"Unexpected token '\('"),
        ("((color:red AND kind:shirt) AND (count:0 TO 9 OR count = 10))", "only .X OR Y. AND Z is allowed"),
        ("(color:red AND kind:shirt) OR color:blue", "only .X OR Y. AND Z is allowed"),
        ("color:blue OR (color:red AND kind:shirt)", "only .X OR Y. AND Z is allowed"),
        ("(color:red AND (kind:shirt OR kind:pants))", "only .X OR Y. AND Z is allowed"),
        ("color:red OR _tags:x", "Different types are not allowed in the same OR"),
        ("color:red OR count > 3", "Different types are not allowed in the same OR"),
        ("color:Books(Kids)", r"Unexpected token '\('"),
        ("color:a:b", "Unexpected token ':'"),
        ("color:a<b", r"Unexpected token string\(b\)"),
        ("color:a>b", "Unexpected token >"),
        ("color:a=b", "Unexpected token numeric operator"),
        ("color:a!b", "Not allowed"),
        (r'color:"trail\"', "incomplete string"),
        ("color:", "Unexpected token 'end'"),
        (":red", "Unexpected token ':'"),
        ('color:""', "Unexpected token empty string"),
        ("color:red kind:shirt", r"Unexpected token string\(kind\) expected end of filter at col 10"),
        ("color:red and kind:shirt", r"Unexpected token string\(and\)"),
        ("(color:red", "Unexpected token 'end' expected '\\)'"),
        ("count > ten", r"string\(ten\) expected numeric"),
        ("count > 3<score=2>", "Unexpected token <"),
        ("color:red<points=2>", r"string\(points\) expected score"),
        ("color:red<score=99999>", "between 0 and 65535"),
        ("(" * 30 + "color:red" + ")" * 30, "nested parentheses"),
    ],
)
def test_filters_refuse(filled: Shop, filters: str, message: str) -> None:
    with pytest.raises(AlgoliaError, match=message) as refused:
        filled.search(filters=filters)
    assert refused.value.status == 400


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
        {"facetFilters": [[["color:red"]]]},
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
        filled.search(optionalFilters=["color:red"] * 999, filters="color:red AND kind:shirt")


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


QUOTABLE = st.text(st.characters(exclude_characters="\\", exclude_categories=["Cs"]), min_size=1)


@given(QUOTABLE, QUOTABLE, st.integers(0, 65_535))
def test_any_quoted_name_and_value_survive_parsing(attribute: str, value: str, score: int) -> None:
    quoted = ['"' + text.replace('"', '\\"') + '"' for text in (attribute, value)]
    assert parse_filters(f"{quoted[0]}:{quoted[1]}<score={score}>") == (
        (FacetTerm(attribute, value, score=score),),
    )


@given(st.floats(allow_nan=False, allow_infinity=False), st.sampled_from(["<", "<=", "=", "!=", ">", ">="]))
def test_any_number_survives_parsing(number: float, operator: str) -> None:
    assert parse_filters(f"price {operator} {number!r}") == ((NumericTerm("price", operator, number),),)


@given(st.text(max_size=40))
def test_any_text_either_parses_or_is_refused(expression: str) -> None:
    with contextlib.suppress(AlgoliaError):
        assert all(clause for clause in parse_filters(expression))
