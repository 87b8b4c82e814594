"""The promises of the port `Spending`, on every implementation."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from shared.errors import Transient
from shared.labeling.gcs_spending import GcsSpending
from shared.labeling.spending import OwnSpending, Spending

TODAY, TOMORROW = "2026-01-31", "2026-02-01"
Instance = Callable[[], Spending]
Asked = tuple[str, int, int]


@pytest.fixture(params=["own", "gcs"])
def instance(request: pytest.FixtureRequest) -> Instance:
    """What one more instance counts by; those of `own` know of no other."""
    if request.param == "own":
        one = OwnSpending()
        return lambda: one
    client, bucket = request.getfixturevalue("client"), request.getfixturevalue("bucket")
    return lambda: GcsSpending(client, bucket)


@pytest.mark.parametrize(
    ("asked", "granted"),
    [
        ([(TODAY, 4, 10)] * 4 + [(TODAY, 4, 11)], [4, 4, 2, 0, 1]),
        ([(day, 10, 10) for day in (TODAY, TODAY, TOMORROW, TOMORROW)], [10, 0, 10, 0]),
        ([(TODAY, 1, 0)] * 2, [0, 0]),
    ],
    ids=["no more than a day has", "each day anew", "nothing"],
)
def test_a_day_grants_its_calls(instance: Instance, asked: list[Asked], granted: list[int]) -> None:
    spending = instance()
    assert [spending.take(*each) for each in asked] == granted


def test_a_clock_that_is_late_begins_no_day_anew(instance: Instance) -> None:
    late, spending = instance(), instance()
    assert spending.take(TOMORROW, 6, 10) == 6
    assert [late.take(TODAY, 3, 10), spending.take(TOMORROW, 6, 10)] == [3, 1]


def test_another_instance_goes_on_where_the_first_one_is_or_was(instance: Instance) -> None:
    first, second = instance(), instance()
    assert [each.take(TODAY, 3, 10) for each in (first, second, first, second, first)] == [3, 3, 3, 1, 0]
    assert instance().take(TODAY, 3, 10) == 0
    assert [each.take(TOMORROW, 6, 10) for each in (second, first)] == [6, 4]


def test_many_at_the_same_time_get_no_more_than_one_would(instance: Instance) -> None:
    """Who is told that others are at it may ask again."""
    instances = [instance() for _ in range(2)]

    def insist(number: int) -> int:
        for _ in range(20):
            with suppress(Transient):
                return instances[number % 2].take(TODAY, 3, 20)
        raise TimeoutError

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(insist, range(16))) == 20
