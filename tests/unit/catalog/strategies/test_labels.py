from __future__ import annotations

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.catalog.labels import (
    FLOOR,
    NOTHING_KNOWN,
    RETRY_AFTER,
    CurrentCounts,
    GuideLabels,
    LabelCounts,
    WeightedLabels,
)
from shared.catalog.optional_filters import Term
from shared.errors import Misconfigured, Transient
from shared.model import Appearance, Label, Labels

BAG = Appearance(labels=(Label("Bag", 0.81), Label("Leather", 0.5), Label("Brown", 0.25)))
COUNTS = LabelCounts(99, {"bag": 9, "leather": 99})
names = st.text("abÄ ", min_size=1, max_size=9) | st.sampled_from(
    ["x<score=9>", "bag", "Bag", "y" * 100, "y" * 101]
)
named = st.builds(Label, names, st.floats(0, 1))
several = st.lists(named, max_size=30, unique_by=lambda label: label.name).map(tuple)


@settings(max_examples=50)
@given(several, st.sampled_from([NOTHING_KNOWN, COUNTS]))
def test_weighted_labels_ask_for_the_best_by_confidence_and_rarity(
    labels: Labels, counts: LabelCounts
) -> None:
    terms = WeightedLabels().terms(Appearance(labels=labels), counts)
    usable = [label for label in labels if "<score=" not in label.name and len(label.name) <= 100][:10]
    points = {label.name: round(1_000 * label.score**0.5 * counts.rarity(label.name)) for label in usable}
    assert {term.name: term.points for term in terms} == {name: each for name, each in points.items() if each}
    assert all((term.kind, term.value) == ("label", term.name) for term in terms)


def test_rarer_labels_come_before_surer_ones() -> None:
    terms = WeightedLabels(1_000).terms(BAG, COUNTS)
    assert [(term.value, term.points) for term in terms] == [("Brown", 50), ("Bag", 45), ("Leather", 7)]


@pytest.mark.parametrize(("minimum", "names"), [(0.5, ["Bag"]), (0.49, ["Bag", "Leather"]), (1.0, [])])
def test_the_guides_labels_exceed_the_minimum_and_count_one_point_each(
    minimum: float, names: list[str]
) -> None:
    guide = GuideLabels(minimum)
    assert guide.terms(BAG, COUNTS) == [Term("labels.description", name, 1, "label", name) for name in names]
    assert [label["description"] for label in guide.attributes(BAG)["labels"]] == names


MAX_AGE = 60.0
NO_ANSWER = Transient("algolia-unreachable", "no")


@pytest.mark.parametrize(("carrying", "rarity"), [(0, 1.0), (9, 0.5), (99, FLOOR), (1_000, FLOOR)])
def test_the_more_products_carry_a_label_the_less_it_tells(carrying: int, rarity: float) -> None:
    assert LabelCounts(99, {"shoe": carrying}).rarity("Shoe") == pytest.approx(rarity)
    assert NOTHING_KNOWN.rarity("Shoe") == 1.0


class Desk:
    """An index that gives a new table whenever it is asked, and a clock."""

    def __init__(self) -> None:
        self.time, self.asked = 0.0, 0
        self.trouble: Exception | None = None
        self.counts = CurrentCounts(self.load, MAX_AGE, lambda: self.time)

    def load(self) -> LabelCounts:
        self.asked += 1
        if self.trouble:
            raise self.trouble
        return LabelCounts(self.asked)

    def current(self, time: float, trouble: Exception | None = None) -> int:
        """The table that is in use then, by its number."""
        self.time, self.trouble = time, trouble
        return self.counts.current().records


def test_a_table_is_kept_until_it_is_too_old() -> None:
    desk = Desk()
    assert [desk.current(time) for time in (0, 0, MAX_AGE - 1, MAX_AGE)] == [1, 1, 1, 2]


class Background(ThreadPoolExecutor):
    """One thread, and how often it was given something to do."""

    def __init__(self) -> None:
        super().__init__(1)
        self.given = 0

    def submit(self, *args: Any, **kwargs: Any) -> Future[Any]:  # noqa: ANN401 - as it is there
        self.given += 1
        return super().submit(*args, **kwargs)


def test_a_table_is_renewed_in_the_background_and_only_where_that_is_due() -> None:
    desk, tables = Desk(), []
    with Background() as background:
        for desk.time in (0.0, MAX_AGE - 1, MAX_AGE, MAX_AGE + 1):
            tables.append(desk.counts.begin(background)().records)
        begun = desk.counts.begin(background)
        desk.time = 9 * MAX_AGE
        tables.append(begun().records)
    assert (tables, background.given) == ([1, 1, 2, 2, 2], 2)


def test_when_the_index_does_not_answer_the_older_table_serves() -> None:
    desk = Desk()
    assert [desk.current(0), *(desk.current(MAX_AGE, NO_ANSWER) for _ in range(2))] == [1, 1, 1]
    assert desk.asked == 2
    assert desk.current(MAX_AGE + RETRY_AFTER) == 3


def test_without_any_table_every_label_counts_the_same_until_there_is_one() -> None:
    desk = Desk()
    assert [desk.current(0, NO_ANSWER), desk.current(RETRY_AFTER)] == [NOTHING_KNOWN.records, 2]


def test_a_wrong_setting_is_told() -> None:
    desk = Desk()
    for _ in range(2):
        with pytest.raises(Misconfigured):
            desk.current(0, Misconfigured("ALGOLIA_API_KEY", "write one"))


def test_nobody_waits_for_a_fresh_table_while_there_is_an_older_one() -> None:
    time, asking, answer = [0.0], threading.Event(), threading.Event()
    tables = iter([LabelCounts(1), LabelCounts(2)])

    def slow() -> LabelCounts:
        table = next(tables)
        if table.records > 1:
            asking.set()
            answer.wait(5)
        return table

    counts = CurrentCounts(slow, MAX_AGE, lambda: time[0])
    counts.current()
    time[0] = MAX_AGE
    with ThreadPoolExecutor(1) as threads:
        fresh = threads.submit(counts.current)
        assert asking.wait(5)
        assert counts.current().records == 1
        answer.set()
        assert fresh.result(5).records == 2
