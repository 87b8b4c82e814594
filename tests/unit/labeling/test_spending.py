from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from shared.errors import Misconfigured, Transient
from shared.labeling.spending import Allowance, OwnSpending

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


class Store:
    """Counts calls at a time that tests set; `failing` is raised instead of an answer."""

    def __init__(self) -> None:
        self.inner, self.asked, self.now = OwnSpending(), 0, NOON
        self.failing: Exception | None = None
        self.meanwhile: Callable[[], object] = lambda: None

    def take(self, day: str, wanted: int, most: int) -> int:
        self.asked += 1
        self.meanwhile()
        if self.failing:
            raise self.failing
        return self.inner.take(day, wanted, most)

    def allowance(self, budget: int, patience: float = 30.0) -> Allowance:
        """That of one more instance."""
        return Allowance(lambda: self, budget, lambda: self.now, patience)


@pytest.fixture
def store() -> Store:
    return Store()


def spent(instance: Allowance, tries: int) -> int:
    """The calls that are allowed, of so many."""
    return sum(instance.spend() is None for _ in range(tries))


@pytest.mark.parametrize("budget", [1, 7, 1_000, 2_500])
def test_a_day_has_its_budget_to_the_last_call(store: Store, budget: int) -> None:
    assert spent(store.allowance(budget), budget + 100) == budget


def test_instances_share_a_budget_and_what_has_ended_costs_a_small_part(store: Store) -> None:
    """Ten instances make 50 calls each and end, one after the other; the last has the rest."""
    budget = 2_000
    assert [spent(store.allowance(budget), 50) for _ in range(10)] == [50] * 10
    left = spent(store.allowance(budget), budget)
    assert budget - 10 * 50 - 10 * 5 <= left < budget - 10 * 50 + 1


def test_few_calls_ask_the_store(store: Store) -> None:
    spent(store.allowance(10_000), 1_000)
    assert store.asked < 60


def test_a_spent_budget_asks_nobody_until_midnight(store: Store, lines: list[logging.LogRecord]) -> None:
    instance = store.allowance(3)
    for _ in range(2):
        assert spent(instance, 10) == 3
        asked, said = store.asked, instance.spend()
        assert isinstance(said, Transient)
        assert (said.reason, said.retry_after, store.asked) == ("budget-spent", 43_200.0, asked)
        store.now += timedelta(days=1)
    assert [(line.levelname, line.getMessage(), line.__dict__["fields"]) for line in lines] == [
        ("WARNING", "recognizer budget spent", {"day": day, "budget": 3})
        for day in ("2026-01-31", "2026-02-01")
    ]
    store.now = datetime(2026, 2, 2, tzinfo=UTC)
    assert spent(instance, 10) == 3, "a day begins at midnight"


@pytest.mark.parametrize("error", [Transient("storage-unavailable", "x"), Misconfigured("LABEL_BUCKET", "x")])
def test_without_its_count_nothing_is_allowed(store: Store, error: Exception) -> None:
    instance = store.allowance(10)
    store.failing = error
    for _ in range(3):
        with pytest.raises(type(error)):
            instance.spend()
    store.failing = None
    assert spent(instance, 20) == 10


def test_a_store_that_hangs_is_given_up(store: Store) -> None:
    going_on = threading.Event()
    store.meanwhile = lambda: going_on.wait(30)
    with pytest.raises(Transient, match="in time"):
        store.allowance(10, patience=0.01).spend()
    going_on.set()


def test_threads_together_get_no_more_than_one_would(store: Store) -> None:
    instance = store.allowance(50)
    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(lambda _: instance.spend(), range(200)))
    assert said.count(None) == 50
