"""What shoppers may filter on, held against another reader of the same grammar: the local engine's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from devstack.algolia.filters.sql import parse_filters
from devstack.algolia.limits import AlgoliaError
from shared.catalog.filters import MAX_DEPTH, FilterRules, parsed, written
from shared.errors import Misconfigured, Permanent
from shared.model import Refinement
from shared.settings import SearchSettings

ALWAYS = "visible:true AND (shop:a OR shop:'b c')"
RULES = FilterRules(ALWAYS, ("brand", "price", "on sale", "_tags"))

TAKEN = {
    "": "",
    "  ": "",
    "brand:a": "brand:a",
    "brand : 'a b'": "brand:'a b'",
    'brand:"a) OR (cost:1"': 'brand:"a) OR (cost:1"',
    "'on sale':true": "'on sale':true",
    "NOT brand:a": "NOT brand:a",
    "brand:a OR NOT brand:b AND price>1": "(brand:a OR NOT brand:b) AND price > 1",
    "((brand:a) AND (price != 1 OR price<=-2.5e3))": "brand:a AND (price != 1 OR price <= -2.5e3)",
    "price:1 TO 10": "price:1 TO 10",
    "brand:a<score=3> OR brand:b<score=1>": "(brand:a<score=3> OR brand:b<score=1>)",
    "new OR 'last year'": "(new OR 'last year')",
    "brand:TOM": "brand:TOM",
}

REFUSED = (
    *("brand:a) OR (visible:false", "brand:a OR cost:5", "cost>5", "cost : 1 TO 5", "NOT cost:5"),
    *("(brand:a AND (cost:5))", "'cost':5", '"cost" < 5', "Brand:a", "brand.x:a", "objectID:1"),
    *("labels.description:Shoe", 'brand:"a\\" OR cost:5 OR brand:"b"', "brand:'a\\'", 'brand:"a'),
    *("brand:a'b", "brand:a b", "brand:a:b", "brand:", ":a", "brand:a AND", "OR brand:a", "NOT NOT brand:a"),
    *("NOT (brand:a)", "(brand:a", "brand:a)", "()", "brand:AND", "price > x", "price > '1'"),
    *("price:a TO b", "price:1 TO", "(brand:a AND price:1) OR brand:b"),
    *("brand:a<score=x>", "brand:a<score=3"),
    *("brand:a\x00b:c", "(" * (MAX_DEPTH + 1) + "brand:a" + ")" * (MAX_DEPTH + 1), "(" * 4_000),
    *("brand:a;cost:5", "brand:a,cost:5", "brand:a OR\tcost:5", "brand:a\nOR\ncost:5"),
)


@pytest.mark.parametrize("text", TAKEN)
def test_what_is_allowed_is_written_beside_what_always_applies(text: str) -> None:
    asked = RULES.applied(Refinement(filters=text))
    assert asked.filters == " AND ".join(filter(None, (ALWAYS, TAKEN[text])))


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_not_allowed_or_might_be_read_otherwise_is_refused(text: str) -> None:
    with pytest.raises(Permanent, match="filters: ") as caught:
        RULES.applied(Refinement(filters=text))
    assert caught.value.reason == "bad-filters"


def test_a_value_without_an_attribute_is_a_tag() -> None:
    with pytest.raises(Permanent, match="'_tags' may not be asked about here, only brand"):
        FilterRules("", ("brand",)).applied(Refinement(filters="brand"))


BEYOND: Sequence[Mapping[str, tuple[str, ...]]] = [
    *({"facets": facets} for facets in (("brand", "cost"), ("*",), ("searchable(brand)",))),
    *(
        {"optional_filters": each}
        for each in (("brand:a", "cost:5<score=3>"), (" brand:a",), ("objectID:1",))
    ),
]


@pytest.mark.parametrize("asked", BEYOND, ids=str)
def test_every_parameter_that_reaches_attributes_is_looked_at(asked: Mapping[str, tuple[str, ...]]) -> None:
    with pytest.raises(Permanent, match="may not be asked about here, only brand, price"):
        RULES.applied(Refinement(**asked))  # type: ignore[arg-type]


def test_without_rules_everything_is_passed_on_as_it_is() -> None:
    asked = Refinement(filters="cost:5) OR (", facets=("*",), optional_filters=("cost:5",))
    assert FilterRules().applied(asked) is asked


def test_what_always_applies_is_checked_when_the_function_starts() -> None:
    with pytest.raises(Misconfigured, match=r"^ALWAYS_FILTERS: write attribute:value"):
        SearchSettings.from_env({"ALWAYS_FILTERS": "visible:true OR"})


SIGNS = (*"ab():<=1 \\'\"", "AND", "OR", "NOT", "TO", "<score=2>", "'x y'", '"z"')
words = st.sampled_from(SIGNS)
texts = st.lists(words, max_size=14).map(" ".join) | st.lists(words).map("".join)


@given(texts)
@example("a:b OR c:d AND e:f")
@example("(a:b) AND ((c:d OR e:f) AND NOT g:1)")
@example("a:1TO2 AND b:1 TO 2")
def test_what_is_written_means_what_was_read(text: str) -> None:
    """And the other reader sees the same attributes, and ours beside the shop's own and nowhere else."""
    try:
        clauses, meant = parsed(text), parse_filters(text)
    except (ValueError, AlgoliaError):
        return
    assert parse_filters(written(clauses)) == meant
    named = [[[term.attribute for term in each] for each in read] for read in (clauses, meant)]
    assert named[0] == named[1]
    both = FilterRules(ALWAYS).applied(Refinement(filters=text)).filters
    assert parse_filters(both) == (*parse_filters(ALWAYS), *meant)
