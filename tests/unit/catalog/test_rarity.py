from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.catalog.labels import FLOOR, NOTHING_KNOWN, RETRY_AFTER, CurrentCounts, LabelCounts
from shared.errors import Misconfigured, Transient

MAX_AGE = 60.0


def test_where_nothing_is_known_every_label_counts_the_same() -> None:
    assert NOTHING_KNOWN.rarity("Shoe") == 1.0


@pytest.mark.parametrize(("carrying", "rarity"), [(0, 1.0), (9, 0.5), (99, FLOOR), (1_000, FLOOR)])
def test_the_more_products_carry_a_label_the_less_it_tells(carrying: int, rarity: float) -> None:
    assert LabelCounts(99, {"shoe": carrying}).rarity("Shoe") == pytest.approx(rarity)


@given(st.integers(1, 10**7), st.integers(0, 10**7))
def test_rarity_stays_within_its_range(records: int, carrying: int) -> None:
    assert FLOOR <= LabelCounts(records, {"shoe": carrying}).rarity("shoe") <= 1.0


class Desk:
    """An index that gives a new table whenever it is asked, and a clock."""

    def __init__(self) -> None:
        self.time = 0.0
        self.asked = 0
        self.trouble: Exception | None = None
        self.counts = CurrentCounts(self.load, MAX_AGE, lambda: self.time)

    def load(self) -> LabelCounts:
        self.asked += 1
        if self.trouble:
            raise self.trouble
        return LabelCounts(self.asked)


def test_a_table_is_kept_until_it_is_too_old() -> None:
    desk = Desk()
    assert desk.counts.current().records == desk.counts.current().records == 1
    desk.time = MAX_AGE - 1
    assert desk.counts.current().records == 1
    desk.time = MAX_AGE
    assert desk.counts.current().records == 2


def test_when_the_index_does_not_answer_the_older_table_serves() -> None:
    desk = Desk()
    desk.counts.current()
    desk.time, desk.trouble = MAX_AGE, Transient("algolia-unreachable", "no")
    assert desk.counts.current().records == 1
    assert desk.counts.current().records == 1
    assert desk.asked == 2
    desk.time, desk.trouble = MAX_AGE + RETRY_AFTER, None
    assert desk.counts.current().records == 3


def test_without_any_table_every_label_counts_the_same_until_there_is_one() -> None:
    desk = Desk()
    desk.trouble = Transient("algolia-unreachable", "no")
    assert desk.counts.current() == NOTHING_KNOWN
    desk.time, desk.trouble = RETRY_AFTER, None
    assert desk.counts.current().records == 2


def test_a_wrong_setting_is_told() -> None:
    desk = Desk()
    desk.trouble = Misconfigured("ALGOLIA_API_KEY", "write one")
    for _ in range(2):
        with pytest.raises(Misconfigured):
            desk.counts.current()


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
