"""The syntax of filters, and what they select in the two notations.

Cases marked RECORDED repeat, on other records, what client developers recorded of the live service in 2026.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devstack.algolia.choices import OpenChoices
from devstack.algolia.documents import JsonObject
from devstack.algolia.engine import EngineConfig
from devstack.algolia.filters import FacetTerm, NumericTerm
from devstack.algolia.filters.sql import parse_filters
from devstack.algolia.limits import AlgoliaError
from tests.engine.shop import NewShop, Shop

ALL = "12345"
RECORDS: list[JsonObject] = [
    {"objectID": "1", "color": "red", "kind": "shirt", "label": "-Movie", "count": 10, "_tags": ["new"]},
    {"objectID": "2", "color": "blue", "kind": "shirt", "count": -12, "_tags": ["-x"]},
    {"objectID": "3", "color": "red", "kind": "pants", "count": 5, "sizes": [36, 40], "sold": True},
    {"objectID": "4", "color": "green", "kind": "pants", "count": 0, "_tags": ["x"]},
    {"objectID": "5", "color": "navy blue", "kind": "shirt", "maker": 'NBC: "East"', "count": 7.5},
]
FACETS = ["color", "kind", "label", "filterOnly(maker)", "count", "sold", "my attr"]


@pytest.fixture
def filled(shop: Shop) -> Shop:
    shop.fill([*RECORDS], {"attributesForFaceting": FACETS})
    return shop


def selected(shop: Shop, **parameters: object) -> str:
    return "".join(sorted(shop.ids(**parameters)))


SELECTED: Mapping[str, Sequence[str]] = {
    ALL: ("", "NOT undeclared:red"),
    "": ("Color:red", "missing = 1", "NEW", "undeclared:red"),
    "1": ("color:red AND kind:shirt", "count = 10"),
    "12": (
        *("color:red OR color:blue AND kind:shirt", "(color:red OR color:blue) AND NOT kind:pants"),
        "NOT count:0 TO 9",
    ),
    "1234": ("((color:red) OR (color:blue OR color:green))",),
    "13": ("color:red AND (kind:shirt OR kind:pants)", "color:RED", "  color : red  <score = 3> "),
    "134": ("count=10 OR count:0 TO 5",),
    "1345": ('NOT _tags:"-x"',),
    "14": ("_tags:new OR x",),
    "15": ("count >= 7.5",),
    "2": ("count:-12",),
    "2345": ("count != 10",),
    "24": ("count > -12.5 AND count <= 0",),
    "3": ("sizes = 40", "sizes > 36 AND sizes < 40", "sold:true"),
    "34": ("count:0TO5", "objectID:3 OR objectID:4"),
    "45": ("NOT color:red AND NOT color:blue",),
    "5": ('color:"navy blue"', "color:'navy blue'", r"maker:'NBC: \"East\"'", r'maker:"NBC: \"East\""'),
}
FILTERS = [
    *((filters, expected) for expected, several in SELECTED.items() for filters in several),
    ("(color:red AND kind:shirt)", "1"),  # RECORDED
    ("NOT color:red OR NOT kind:shirt", "2345"),  # RECORDED
    ("label:-Movie", "1"),  # RECORDED: in `filters` a dash is part of the value
    ('NOT label:"-Movie"', "2345"),
]
OTHERS: list[tuple[str, object, str]] = [
    ("facetFilters", "color:red", "13"),
    ("facetFilters", ["color:red", "kind:shirt"], "1"),
    ("facetFilters", [["color:red", "color:blue"], "kind:shirt"], "12"),
    ("facetFilters", [], ALL),
    ("facetFilters", [[]], ALL),
    ("facetFilters", [["color:navy blue"]], "5"),
    ("facetFilters", ["color:-navy blue"], "1234"),
    ("facetFilters", ['maker:NBC: "East"'], "5"),
    ("facetFilters", ["label:\\-Movie"], "1"),
    ("facetFilters", ["label:--Movie"], "2345"),  # RECORDED: not "-Movie"
    ("facetFilters", ["label:-\\-Movie"], ALL),  # RECORDED: after the negation nothing is escaped
    ("facetFilters", ['"color":"red"'], "13"),  # RECORDED: facetFilters drop quotes
    ("facetFilters", ['"color":"-red"'], "245"),
    ("facetFilters", ['"color":-"red"'], ALL),
    ("facetFilters", ['-"color":"red"'], ""),
    ("facetFilters", ["count:\\-12"], "2"),
    ("facetFilters", ["_tags:new"], "1"),
    ("facetFilters", ["objectID:-1"], "2345"),
    ("facetFilters", ["undeclared:x"], ""),
    ("facetFilters", [[["color:red", "kind:shirt"], "color:green"]], "14"),
    ("facetFilters", [[["color:red", "kind:shirt"], ["color:green", "kind:pants"]], "count:0"], "4"),
    ("facetFilters", [[["color:red", "kind:-shirt"]]], "3"),
    ("facetFilters", [[[]], [[], "color:red"]], "13"),
    ("tagFilters", [["\\-x"]], "2"),
    ("tagFilters", [["--x"]], "1345"),
    ("tagFilters", [["-\\-x"]], ALL),
    ("tagFilters", [["-x"]], "1235"),
    ("tagFilters", [['"-x"']], ""),
    ("tagFilters", [["new", "x"]], "14"),
    ("tagFilters", "X", ""),
    ("numericFilters", ["count > 0", "count < 8"], "35"),
    ("numericFilters", [["count:0 TO 5", "count = 10"]], "134"),
    ("numericFilters", "count=0", "4"),
]


@pytest.mark.parametrize(
    ("parameter", "filters", "expected"), [*(("filters", *row) for row in FILTERS), *OTHERS]
)
def test_filters_select(filled: Shop, parameter: str, filters: object, expected: str) -> None:
    assert selected(filled, **{parameter: filters}) == expected


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
    ("parameter", "filters"),
    [
        *(("facetFilters", filters) for filters in (["color"], [":red"], [[[["color:red"]]]], [1])),
        *(("optionalFilters", filters) for filters in ([[["color:red", 1]]], {"color": "red"})),
        *(("numericFilters", filters) for filters in (["color:red"], ["count > 1 AND count < 3"])),
    ],
)
def test_malformed_lists_are_refused(filled: Shop, parameter: str, filters: object) -> None:
    with pytest.raises(AlgoliaError, match=rf"Invalid .*{parameter}"):
        filled.search(**{parameter: filters})


def test_a_query_takes_a_thousand_filters_and_no_more(filled: Shop) -> None:
    assert filled.points(optionalFilters=["color:red"] * 1000)["1"] == 1000
    with pytest.raises(AlgoliaError, match="Too many filters: 1001"):
        filled.search(optionalFilters=[[["color:red"] * 999]], filters="color:red AND kind:shirt")


def test_numeric_attributes_for_filtering_narrow_what_numbers_match(filled: Shop) -> None:
    filled.engine.set_settings("shop", {"numericAttributesForFiltering": ["equalOnly(sizes)"]})
    assert selected(filled, filters="sizes = 40") == "3"
    assert selected(filled, filters="count = 10") == ""


def test_open_choices_can_be_switched(new_shop: NewShop) -> None:
    choices = OpenChoices(fold_accents_in_facets=True, reject_undeclared_facets=True, score_ceiling=10)
    strict = new_shop(EngineConfig(choices=choices))
    strict.fill([{"objectID": "1", "color": "Crème"}], {"attributesForFaceting": ["color"]})
    assert strict.points(optionalFilters=["color:creme<score=8>", "color:crème<score=8>"]) == {"1": 10}
    with pytest.raises(AlgoliaError, match="undeclared is not in attributesForFaceting"):
        strict.search(optionalFilters=["undeclared:x"])


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
        ("color:red kind:shirt", "Unexpected token ':' expected end of filter at col 14"),
        ("color:red and kind:shirt", "Unexpected token ':'"),
        ("Important dates", r"string\(dates\) expected end of filter at col 10"),
        ('brand:Calvin "Klein"', r"string\(Klein\) expected end of filter"),
        ("(color:red", "Unexpected token 'end' expected '\\)'"),
        ("count > ten", r"string\(ten\) expected numeric"),
        ("count > 3<score=2>", "Unexpected token <"),
        ("color:red<points=2>", r"string\(points\) expected score"),
        ("color:red<score=99999>", "between 0 and 65535"),
        ("(" * 30 + "color:red" + ")" * 30, "nested parentheses"),
    ],
)
def test_filters_refuse(filters: str, message: str) -> None:
    with pytest.raises(AlgoliaError, match=message) as refused:
        parse_filters(filters)
    assert refused.value.status == 400


@pytest.mark.parametrize("value", ["Calvin Klein", "Bed Bath & Beyond", "24 inch", "a  b"])
def test_words_that_no_quotes_hold_together_are_one_value(value: str) -> None:
    brand = FacetTerm("brand", " ".join(value.split()), score=7)
    price = NumericTerm("price", ">", 3)
    for filters in (f"brand:{value}<score=7> AND price > 3", f"price > 3 AND (brand:{value} <score=7>)"):
        assert sorted(parse_filters(filters), key=repr) == sorted([(brand,), (price,)], key=repr)


PIECES = [*("color", "red", "3", "0 TO 9", "score", "AND", "OR", "NOT"), *" :<>=!()\"'\\"]
QUOTABLE = st.text(st.characters(exclude_characters="\\", exclude_categories=["Cs"]), min_size=1)


@given(QUOTABLE, QUOTABLE, st.integers(0, 65_535))
def test_any_quoted_name_and_value_survive_parsing(attribute: str, value: str, score: int) -> None:
    quoted = ['"' + text.replace('"', '\\"') + '"' for text in (attribute, value)]
    parsed = parse_filters(f"{quoted[0]}:{quoted[1]}<score={score}>")
    assert parsed == ((FacetTerm(attribute, value, score=score),),)


@given(st.floats(allow_nan=False, allow_infinity=False), st.sampled_from(["<", "<=", "=", "!=", ">", ">="]))
def test_any_number_survives_parsing(number: float, operator: str) -> None:
    assert parse_filters(f"price {operator} {number!r}") == ((NumericTerm("price", operator, number),),)


@given(st.lists(st.sampled_from(PIECES) | st.characters(), max_size=12).map("".join))
def test_any_text_either_parses_or_is_refused(expression: str) -> None:
    with contextlib.suppress(AlgoliaError):
        assert all(clause for clause in parse_filters(expression))
