from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence

import pytest

from shared.catalog.labels import NOTHING_KNOWN, GuideLabels, WeightedLabels
from shared.catalog.likeness import Combined, Strategy
from shared.catalog.optional_filters import ALGOLIA_POINTS, RECOGNIZER_POINTS, SHOP_POINTS
from shared.catalog.record import attributes as record_attributes
from shared.catalog.vectors import VisualCode, VisualWords
from shared.model import Appearance, Enrichment, Label
from tests.unit.catalog.strategies.vectors import direction

LOOK = Appearance(
    labels=tuple(Label(f"Label number {number:02}", 0.99 - number / 50) for number in range(20)),
    vector=direction(1),
)
PARTS: Sequence[Strategy] = (WeightedLabels(), VisualWords("lite0"), VisualCode("lite0"))


@pytest.mark.parametrize(
    ("max_filters", "shares"),
    [
        (1_000, {"labels.description": 10, "visualWords_lite0": 118}),
        (90, {"labels.description": 10, "visualWords_lite0": 80}),
        (9, {"labels.description": 2, "visualWords_lite0": 7}),
        (1, {"visualWords_lite0": 1}),
    ],
)
def test_filters_are_shared_out_in_proportion_to_points(max_filters: int, shares: dict[str, int]) -> None:
    terms = Combined(PARTS, max_filters).terms(LOOK, NOTHING_KNOWN)
    assert Counter(term.attribute for term in terms) == shares


def test_each_strategy_gives_its_best_terms() -> None:
    terms = Combined(PARTS, 50).terms(LOOK, NOTHING_KNOWN)
    for part in PARTS:
        own = part.terms(LOOK, NOTHING_KNOWN)
        taken = [term for term in terms if term.attribute in part.facets]
        assert taken == own[: len(taken)]


def test_who_tells_nothing_leaves_its_filters_to_the_others() -> None:
    look = Appearance(labels=LOOK.labels)
    assert len(Combined(PARTS, 9).terms(look, NOTHING_KNOWN)) == 9


def test_attributes_and_facets_are_those_of_all() -> None:
    combined = Combined(PARTS, 128)
    assert combined.facets == ("labels.description", "visualWords_lite0")
    assert list(combined.attributes(LOOK)) == ["labels", "visualWords_lite0", "visualCode_lite0"]


def test_the_budget_leaves_no_point_over_and_none_twice() -> None:
    assert SHOP_POINTS == 15_535
    assert Combined(PARTS, 128).points + RECOGNIZER_POINTS + SHOP_POINTS == ALGOLIA_POINTS


def test_two_strategies_of_one_attribute_are_refused() -> None:
    with pytest.raises(ValueError, match="labels"):
        Combined([WeightedLabels(), GuideLabels()], 10)


def test_more_points_than_algolia_has_are_refused() -> None:
    with pytest.raises(ValueError, match="65535"):
        Combined([WeightedLabels(40_000), VisualWords("x")], 10)


@pytest.mark.parametrize("max_filters", [0, -1, 1_001])
def test_numbers_of_filters_that_algolia_refuses_are_refused(max_filters: int) -> None:
    with pytest.raises(ValueError, match="filters"):
        Combined(PARTS, max_filters)


def test_a_record_of_all_strategies_stays_under_three_kilobytes() -> None:
    enrichment = Enrichment(LOOK.labels, None, "fake", "2026-01-01T00:00:00Z", 1)
    record = record_attributes(enrichment) | Combined(PARTS, 128).attributes(LOOK)
    assert len(record["labels"]) == 20
    assert len(record["visualWords_lite0"]) == 128
    assert 2_000 < len(json.dumps(record, separators=(",", ":"))) < 3_072
