from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from shared.errors import Misconfigured, Transient
from shared.labeling.spending import Allowance, OwnSpending, Spending

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
PATIENTLY = 30.0


class Clock:
    now = NOON

    def __call__(self) -> datetime:
        return self.now


class Watched:
    """Counts how often it is asked; `failing` is raised instead of an answer."""

    def __init__(self) -> None:
        self.inner, self.asked = OwnSpending(), 0
        self.failing: Exception | None = None
        self.meanwhile: Callable[[], object] = lambda: None

    def take(self, day: str, wanted: int, most: int) -> int:
        self.asked += 1
        self.meanwhile()
        if self.failing:
            raise self.failing
        return self.inner.take(day, wanted, most)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store() -> Watched:
    return Watched()


def allowance(store: Spending, budget: int, clock: Clock, patience: float = PATIENTLY) -> Allowance:
    return Allowance(lambda: store, budget, clock, patience)


def spent(instance: Allowance, tries: int) -> int:
    """The calls that are allowed, of so many."""
    return sum(instance.spend() is None for _ in range(tries))


@pytest.mark.parametrize("budget", [1, 7, 1_000, 2_500])
def test_a_day_has_its_budget_to_the_last_call(store: Watched, clock: Clock, budget: int) -> None:
    assert spent(allowance(store, budget, clock), budget + 100) == budget


def test_instances_share_a_budget_and_what_has_ended_costs_a_small_part(store: Watched, clock: Clock) -> None:
    """Ten instances make 50 calls each and end, one after the other; the last has the rest."""
    budget = 2_000
    for _ in range(10):
        assert spent(allowance(store, budget, clock), 50) == 50
    left = spent(allowance(store, budget, clock), budget)
    assert budget - 10 * 50 - 10 * 5 <= left < budget - 10 * 50 + 1


def test_few_calls_ask_the_store(store: Watched, clock: Clock) -> None:
    spent(allowance(store, 10_000, clock), 1_000)
    assert store.asked < 60


def test_when_nothing_is_left_nobody_is_asked_until_midnight(store: Watched, clock: Clock) -> None:
    instance = allowance(store, 3, clock)
    assert spent(instance, 10) == 3
    asked, said = store.asked, instance.spend()
    assert isinstance(said, Transient)
    assert (said.reason, said.retry_after, store.asked) == ("budget-spent", 43_200.0, asked)
    clock.now = NOON + timedelta(hours=12)
    assert spent(instance, 10) == 3


def test_an_end_is_told_once_a_day(store: Watched, clock: Clock, lines: list[logging.LogRecord]) -> None:
    instance = allowance(store, 3, clock)
    for _ in range(2):
        spent(instance, 10)
        clock.now += timedelta(days=1)
    told = [(line.levelname, line.getMessage(), line.__dict__["fields"]) for line in lines]
    assert told == [
        ("WARNING", "recognizer budget spent", {"day": day, "budget": 3})
        for day in ("2026-01-31", "2026-02-01")
    ]


@pytest.mark.parametrize("error", [Transient("storage-unavailable", "x"), Misconfigured("LABEL_BUCKET", "x")])
def test_without_its_count_nothing_is_allowed(store: Watched, clock: Clock, error: Exception) -> None:
    instance = allowance(store, 10, clock)
    store.failing = error
    for _ in range(3):
        with pytest.raises(type(error)):
            instance.spend()
    store.failing = None
    assert spent(instance, 20) == 10


def test_a_store_that_hangs_is_given_up(store: Watched, clock: Clock) -> None:
    going_on = threading.Event()
    store.meanwhile = lambda: going_on.wait(PATIENTLY)
    with pytest.raises(Transient, match="in time"):
        allowance(store, 10, clock, patience=0.01).spend()
    going_on.set()


def test_threads_together_get_no_more_than_one_would(store: Watched, clock: Clock) -> None:
    instance = allowance(store, 50, clock)
    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(lambda _: instance.spend(), range(200)))
    assert said.count(None) == 50
