from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.catalog.labels import NOTHING_KNOWN, GuideLabels, WeightedLabels
from shared.catalog.likeness import Combined, Likeness, Strategy
from shared.catalog.record import attributes, guarded, size_of
from shared.catalog.vectors import VisualCode, VisualWords
from shared.model import Appearance, Enrichment, Label, Labels, StrategyName
from tests.unit.catalog.strategies.vectors import direction

NAMES: tuple[StrategyName, ...] = get_args(StrategyName)
PARTS: Sequence[Strategy] = (WeightedLabels(), VisualWords("x"), VisualCode("x"))
ALL, BY_LABELS = Likeness(PARTS), Likeness(PARTS[:1])
LABELS, WORDS, CODE = "labels.description", "visualWords_x", "visualCode_x"
COLORS = (Label("turquoise", 0.4), Label("white", 0.35), Label("black", 0.25))
MANY = tuple(Label(f"{number:02} name of 25 characters", 0.999 - number / 1_000) for number in range(50))
FEW = tuple(Label(f"Label number {number:02}", 0.99 - number / 50) for number in range(20))
LARGEST, LOOK = Appearance(MANY, COLORS, direction(1)), Appearance(FEW, vector=direction(1))


@pytest.mark.parametrize(("look", "most"), [(LOOK, 3_072), (LARGEST, 10_000)])
def test_a_record_of_all_strategies_leaves_room_for_the_shops_own(look: Appearance, most: int) -> None:
    likeness, url = Likeness(PARTS, colors=True).attributes(look), f"https://cdn.example/{'x' * 200}.jpg"
    told = Enrichment(look.labels, url, "r/1", "2026-01-01T00:00:00+00:00", 10, likeness=likeness)
    assert size_of(guarded(attributes(told), 2**53)) < most


@pytest.mark.parametrize(
    ("look", "max_filters", "shares"),
    [
        (LOOK, 1_000, {LABELS: 10, WORDS: 118}),
        (LOOK, 90, {LABELS: 10, WORDS: 80}),
        (LOOK, 9, {LABELS: 2, WORDS: 7}),
        (LOOK, 1, {WORDS: 1}),
        (Appearance(FEW), 9, {LABELS: 9}),
    ],
)
def test_the_best_filters_of_each_are_shared_out_in_proportion_to_points(
    look: Appearance, max_filters: int, shares: dict[str, int]
) -> None:
    terms = Likeness(PARTS, max_filters).terms(look, NOTHING_KNOWN)
    assert Counter(term.attribute for term in terms) == shares
    assert terms == Combined(PARTS, 1_000).terms(look, NOTHING_KNOWN)[:max_filters]
    for part in PARTS:
        taken = [term for term in terms if term.attribute in part.facets]
        assert taken == part.terms(look, NOTHING_KNOWN)[: len(taken)]


@pytest.mark.parametrize(
    ("strategies", "max_filters", "words"),
    [
        ([WeightedLabels(), GuideLabels()], 10, "labels"),
        ([WeightedLabels(40_000), VisualWords("x")], 10, "65535"),
        *((PARTS, refused, "filters") for refused in (0, -1, 1_001)),
    ],
)
def test_what_does_not_go_together_is_refused(
    strategies: Sequence[Strategy], max_filters: int, words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        Combined(strategies, max_filters)


@pytest.mark.parametrize(
    ("parts", "facets", "hidden", "reranks"),
    [
        (PARTS, [LABELS, f"filterOnly({WORDS})"], {WORDS, CODE}, True),
        (PARTS[:2], [LABELS, f"filterOnly({WORDS})"], {WORDS}, False),
        (PARTS[:1], [LABELS], set(), False),
        (PARTS[2:], [], {CODE}, True),
    ],
)
def test_what_says_nothing_to_people_is_hidden_and_no_facet(
    parts: Sequence[Strategy], facets: list[str], hidden: set[str], *, reranks: bool
) -> None:
    sees = Likeness(parts)
    assert (sees.facets, {*sees.hidden}) == (facets, hidden)
    assert (sees.sees_vectors, sees.reranks) == (bool(hidden), reranks)
    assert {*sees.unread} == (hidden - {CODE} if reranks else set())


SHOE: Labels = (Label("red", 0.6), Label("white", 0.3), Label("black", 0.1))
FOUR = tuple(Label(name, 0.25) for name in ("red", "blue", "green", "pink"))


@pytest.mark.parametrize(
    ("colors", "names"),
    [
        ((), []),
        (SHOE, ["red", "white", "black"]),
        ((*SHOE[:2], Label("black", 0.09)), ["red", "white"]),
        (FOUR, ["red", "blue", "green"]),
    ],
)
def test_main_colors_are_named_for_a_facet_and_never_asked_for(colors: Labels, names: list[str]) -> None:
    named, look = Likeness(PARTS, colors=True), replace(LOOK, colors=colors)
    assert named.attributes(look) == {**ALL.attributes(look), "colors": names}
    assert named.facets == [*ALL.facets, "colors"]
    assert named.terms(look, NOTHING_KNOWN) == ALL.terms(look, NOTHING_KNOWN)


NO_VECTOR, NO_DIRECTION = Appearance(FEW), Appearance(vector=(0.0,))


@pytest.mark.parametrize(("sees", "look"), [(ALL, NO_VECTOR), (ALL, NO_DIRECTION), (BY_LABELS, LOOK)])
def test_without_a_vector_or_a_strategy_there_is_no_code(sees: Likeness, look: Appearance) -> None:
    assert sees.code(look) == {}
    assert sees.closenesses(look, [ALL.attributes(LOOK)]) == [None]


names = st.text("abÄ ", min_size=1, max_size=9)
labels = st.lists(st.builds(Label, names, st.floats(0, 1)), max_size=20).map(tuple)
vectors = st.builds(direction, st.integers(0, 1_000), st.integers(1, 300))


@settings(max_examples=50)
@given(st.builds(Appearance, labels, st.just(()), vectors))
def test_a_look_comes_back_from_what_is_recalled_of_its_record(look: Appearance) -> None:
    record = ALL.attributes(look)
    recalled = ALL.recall({name: record[name] for name in ALL.recalled if name in record})
    scores = [label.score for label in look.labels]
    assert [label.name for label in recalled.labels] == [label.name for label in look.labels]
    assert [label.score for label in recalled.labels] == pytest.approx(scores, abs=1e-4)
    assert ALL.closenesses(recalled, [record]) == pytest.approx([1])
    assert ALL.closenesses(look, [record, ALL.attributes(recalled)]) == pytest.approx([1, 1], abs=1e-3)


@pytest.mark.parametrize(
    "record", [{}, {"labels": None}, {"labels": [], "visualCode_x": ""}, {"visualCode_y": "AQ=="}]
)
def test_a_record_that_tells_nothing_looks_like_nothing(record: dict[str, object]) -> None:
    assert ALL.recall(record) == Appearance()


def test_without_codes_labels_alone_are_recalled() -> None:
    assert BY_LABELS.recalled == ["labels", "visual"]
    assert [label.name for label in BY_LABELS.recall(ALL.attributes(LOOK)).labels] == [
        each.name for each in FEW
    ]
