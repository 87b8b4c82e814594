from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.catalog.labels import NOTHING_KNOWN, WeightedLabels
from shared.catalog.likeness import MAX_FILTERS, Combined, Likeness, Strategy
from shared.catalog.vectors import VisualCode, VisualWords
from shared.model import Appearance, Label, Labels
from tests.unit.catalog.strategies.vectors import direction

PARTS: Sequence[Strategy] = (WeightedLabels(), VisualWords("x"), VisualCode("x"))
ALL = Likeness(PARTS)
BY_LABELS = Likeness([WeightedLabels()])
LOOK = Appearance((Label("Bag", 0.9), Label("Zip", 0.5)), (Label("red", 1.0),), direction(1))

labels = st.lists(st.builds(Label, st.text(min_size=1), st.floats(0, 1)), max_size=20).map(tuple)
looks = st.builds(
    Appearance, labels, st.just(()), st.builds(direction, st.integers(0, 1_000), st.integers(1, 300))
)


def test_shoppers_are_not_offered_words_as_facets() -> None:
    assert ALL.facets == ["labels.description", "filterOnly(visualWords_x)"]


def test_what_says_nothing_to_people_is_hidden() -> None:
    assert ALL.hidden == {"visualWords_x", "visualCode_x"}
    assert Likeness([WeightedLabels(), VisualWords("x")]).hidden == {"visualWords_x"}
    assert BY_LABELS.hidden == frozenset()


@pytest.mark.parametrize(
    ("parts", "vectors", "reranks"),
    [(PARTS, True, True), (PARTS[:1], False, False), (PARTS[1:2], True, False), (PARTS[2:], True, True)],
)
def test_it_says_what_is_of_use(parts: Sequence[Strategy], *, vectors: bool, reranks: bool) -> None:
    sees = Likeness(parts)
    assert (sees.sees_vectors, sees.reranks) == (vectors, reranks)


SHOE: Labels = (Label("red", 0.6), Label("white", 0.3), Label("black", 0.1))


@pytest.mark.parametrize(
    ("colors", "names"),
    [
        ((), []),
        (SHOE, ["red", "white", "black"]),
        ((*SHOE[:2], Label("black", 0.09)), ["red", "white"]),
        (
            (Label("red", 0.25), *map(Label, ("blue", "green", "pink"), (0.25,) * 3)),
            ["red", "blue", "green"],
        ),
    ],
)
def test_main_colors_are_named_for_a_facet_and_never_asked_for(colors: Labels, names: list[str]) -> None:
    named, look = Likeness(PARTS, colors=True), replace(LOOK, colors=colors)
    assert named.attributes(look) == {**ALL.attributes(look), "colors": names}
    assert named.facets == [*ALL.facets, "colors"]
    assert named.terms(look, NOTHING_KNOWN) == ALL.terms(look, NOTHING_KNOWN)


def test_records_and_queries_are_those_of_the_strategies_together() -> None:
    together = Combined(PARTS, MAX_FILTERS)
    assert ALL.attributes(LOOK) == together.attributes(LOOK)
    assert ALL.terms(LOOK, NOTHING_KNOWN) == together.terms(LOOK, NOTHING_KNOWN)


@pytest.mark.parametrize("max_filters", [1, 9, 50])
def test_a_small_number_of_filters_has_the_best_terms(max_filters: int) -> None:
    few = Likeness(PARTS, max_filters).terms(LOOK, NOTHING_KNOWN)
    assert few == ALL.terms(LOOK, NOTHING_KNOWN)[:max_filters]
    assert len(few) == max_filters


def test_a_code_is_what_the_record_would_hold() -> None:
    [(name, code)] = ALL.code(LOOK).items()
    assert code
    assert ALL.attributes(LOOK)[name] == code


@pytest.mark.parametrize(
    ("sees", "look"), [(ALL, Appearance(LOOK.labels)), (ALL, Appearance(vector=(0.0,))), (BY_LABELS, LOOK)]
)
def test_without_a_vector_or_a_strategy_there_is_no_code(sees: Likeness, look: Appearance) -> None:
    assert sees.code(look) == {}
    assert sees.closenesses(look, [ALL.attributes(LOOK)]) == [None]


@given(looks)
def test_a_record_is_as_close_as_can_be_to_the_look_it_was_written_of(look: Appearance) -> None:
    record = json.loads(json.dumps(ALL.attributes(look)))
    assert ALL.closenesses(look, [record]) == pytest.approx([1], abs=1e-3)


@given(looks)
def test_a_look_comes_back_from_what_is_recalled_of_its_record(look: Appearance) -> None:
    record = ALL.attributes(look)
    recalled = ALL.recall({name: record[name] for name in ALL.recalled if name in record})
    assert [label.name for label in recalled.labels] == [label.name for label in look.labels]
    assert [label.score for label in recalled.labels] == pytest.approx(
        [label.score for label in look.labels], abs=1e-4
    )
    assert ALL.closenesses(recalled, [record]) == pytest.approx([1])
    assert ALL.closenesses(look, [ALL.attributes(recalled)]) == pytest.approx([1], abs=1e-3)


@pytest.mark.parametrize(
    "record", [{}, {"labels": None}, {"labels": [], "visualCode_x": ""}, {"visualCode_y": "AQ=="}]
)
def test_a_record_that_tells_nothing_looks_like_nothing(record: dict[str, object]) -> None:
    assert ALL.recall(record) == Appearance()


def test_without_codes_labels_alone_are_recalled() -> None:
    assert BY_LABELS.recalled == ["labels", "visual"]
    assert BY_LABELS.recall(ALL.attributes(LOOK)) == Appearance(LOOK.labels)


def test_codes_of_another_encoder_are_not_recalled() -> None:
    other = Likeness([WeightedLabels(), VisualCode("y")])
    assert other.recall(ALL.attributes(LOOK)).vector is None
