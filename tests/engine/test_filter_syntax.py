"""The syntax of `filters`: what it refuses, in Algolia's words, and that it never fails otherwise."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devstack.algolia.filters import FacetTerm, NumericTerm
from devstack.algolia.filters.sql import parse_filters
from devstack.algolia.limits import AlgoliaError


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
