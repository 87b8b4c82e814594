"""The promises of the port `Spending`, on every implementation."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from devstack import storage
from shared.errors import Misconfigured
from shared.labeling.gcs_spending import GcsSpending
from shared.labeling.spending import OwnSpending, Spending
from tests.contract.conftest import PROJECT

TODAY, TOMORROW = "2026-01-31", "2026-02-01"
_numbers = itertools.count()
Instance = Callable[[], Spending]


@pytest.fixture(params=["own", "gcs"])
def instance(request: pytest.FixtureRequest) -> Iterator[Instance]:
    """What one more instance counts by; those of `own` know of no other."""
    if request.param == "own":
        one = OwnSpending()
        yield lambda: one
        return
    with storage.client(request.getfixturevalue("storage_url"), PROJECT) as client:
        bucket = client.create_bucket(f"spending-{next(_numbers)}").name
        yield lambda: GcsSpending(client, bucket)


def test_a_day_grants_its_calls_and_no_more(instance: Instance) -> None:
    spending = instance()
    assert [spending.take(TODAY, 4, 10) for _ in range(4)] == [4, 4, 2, 0]
    assert spending.take(TODAY, 4, 11) == 1


def test_a_day_begins_with_nothing_spent(instance: Instance) -> None:
    spending = instance()
    assert [spending.take(day, 10, 10) for day in (TODAY, TODAY, TOMORROW, TOMORROW)] == [10, 0, 10, 0]


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
        return instances[number % 2].take(TODAY, 3, 20)

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(insist, range(16))) == 20


def test_a_budget_of_nothing_grants_nothing(instance: Instance) -> None:
    spending = instance()
    assert [spending.take(TODAY, 1, 0) for _ in range(2)] == [0, 0]


def test_a_bucket_that_is_not_there_is_a_wrong_setting(storage_url: str) -> None:
    with storage.client(storage_url, PROJECT) as client:
        spending = GcsSpending(client, "no-such-bucket")
        with pytest.raises(Misconfigured, match=r"^LABEL_BUCKET: .*roles/storage\.objectUser for spending/"):
            spending.take(TODAY, 1, 10)
