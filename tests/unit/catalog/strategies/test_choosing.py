from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import get_args

import pytest

from shared.catalog import record
from shared.catalog.labels import NOTHING_KNOWN, GuideLabels, WeightedLabels
from shared.catalog.likeness import Combined, Likeness, Strategy
from shared.catalog.optional_filters import ALGOLIA_POINTS, RECOGNIZER_POINTS, SHOP_POINTS
from shared.catalog.record import attributes as record_attributes
from shared.catalog.vectors import VisualCode, VisualWords
from shared.model import Appearance, Enrichment, Label, StrategyName
from tests.unit.catalog.strategies.vectors import direction

NAMES: tuple[StrategyName, ...] = get_args(StrategyName)
chosen = partial(Likeness.named, tag="lite0")

LOOK = Appearance(
    tuple(Label(f"{number:02} name of 25 characters", 0.999 - number / 1_000) for number in range(50)),
    (Label("turquoise", 0.4), Label("white", 0.35), Label("black", 0.25)),
    direction(1),
)


@pytest.mark.parametrize(
    ("name", "attribute", "kinds"),
    [
        ("labels", "labels", {"label"}),
        ("words", "visualWords_lite0", {"word"}),
        ("code", "visualCode_lite0", set()),
    ],
)
def test_each_name_stands_for_its_strategy(name: StrategyName, attribute: str, kinds: set[str]) -> None:
    sees = chosen([name])
    assert list(sees.attributes(LOOK)) == [attribute]
    assert {term.kind for term in sees.terms(LOOK, NOTHING_KNOWN)} == kinds


def test_every_name_has_a_strategy_and_they_go_together() -> None:
    sees = chosen(NAMES)
    assert len(sees.attributes(LOOK)) == len(NAMES)
    assert all(sees.attributes(LOOK).values())


@pytest.mark.parametrize("name", ["words", "code"])
def test_what_an_encoder_says_needs_its_tag(name: StrategyName) -> None:
    with pytest.raises(ValueError, match="tag"):
        chosen([name], tag="")


def test_without_an_encoder_no_tag_is_needed() -> None:
    assert not chosen(["labels"], tag="").sees_vectors


@pytest.mark.parametrize(
    ("names", "window"),
    [(["labels", "words", "code"], 100), (["labels", "code"], 300)],
    ids=["words", "none"],
)
def test_more_hits_are_put_in_order_where_labels_alone_find_them(
    names: list[StrategyName], window: int
) -> None:
    assert chosen(names).window == window


def test_the_largest_record_leaves_the_shop_half_of_algolias_ten_kilobytes() -> None:
    enrichment = Enrichment(
        LOOK.labels,
        f"https://cdn.example/{'x' * 200}.jpg",
        "recognizer/of/a/long/name/1",
        "2026-01-01T00:00:00+00:00",
        pictures=10,
        likeness=chosen(NAMES, colors=True).attributes(LOOK),
    )
    written = record.guarded(record.attributes(enrichment), 2**53)
    assert len(json.dumps(written).encode()) < 10_000


PLAIN = Appearance(
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
    terms = Combined(PARTS, max_filters).terms(PLAIN, NOTHING_KNOWN)
    assert Counter(term.attribute for term in terms) == shares


def test_each_strategy_gives_its_best_terms() -> None:
    terms = Combined(PARTS, 50).terms(PLAIN, NOTHING_KNOWN)
    for part in PARTS:
        own = part.terms(PLAIN, NOTHING_KNOWN)
        taken = [term for term in terms if term.attribute in part.facets]
        assert taken == own[: len(taken)]


def test_who_tells_nothing_leaves_its_filters_to_the_others() -> None:
    look = Appearance(labels=PLAIN.labels)
    assert len(Combined(PARTS, 9).terms(look, NOTHING_KNOWN)) == 9


def test_attributes_and_facets_are_those_of_all() -> None:
    combined = Combined(PARTS, 128)
    assert combined.facets == ("labels.description", "visualWords_lite0")
    assert list(combined.attributes(PLAIN)) == ["labels", "visualWords_lite0", "visualCode_lite0"]


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
    enrichment = Enrichment(PLAIN.labels, None, "fake", "2026-01-01T00:00:00Z", 1)
    record = record_attributes(enrichment) | Combined(PARTS, 128).attributes(PLAIN)
    assert len(record["labels"]) == 20
    assert len(record["visualWords_lite0"]) == 128
    assert 2_000 < len(json.dumps(record, separators=(",", ":"))) < 3_072
