from __future__ import annotations

import platform
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from shared.errors import Transient
from shared.memory import MemoryBudget, bound_heap


@contextmanager
def holding(budget: MemoryBudget, size: int) -> Iterator[threading.Event]:
    """Hold a part of the budget in another thread until the event is set."""
    held, enough = threading.Event(), threading.Event()

    def hold() -> None:
        with budget.held(size):
            held.set()
            enough.wait(30)

    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(hold)
        assert held.wait(30)
        try:
            yield enough
        finally:
            enough.set()
            done.result(30)


def test_who_finds_no_room_in_time_is_turned_away_and_what_fits_beside_others_is_held() -> None:
    budget = MemoryBudget(100, patience=0.01)
    with holding(budget, 60):
        with pytest.raises(Transient) as caught, budget.held(41):
            pytest.fail("held more than there is")
        with budget.held(40):
            pass
    assert caught.value.reason == "busy"
    assert caught.value.retry_after


def test_who_waits_is_served_when_room_is_given_back() -> None:
    budget = MemoryBudget(100, patience=30)
    with holding(budget, 60) as enough:
        threading.Timer(0.05, enough.set).start()
        with budget.held(100):
            assert enough.is_set()


def test_an_error_gives_back_what_was_held() -> None:
    budget = MemoryBudget(100, patience=0)
    with pytest.raises(LookupError), budget.held(100):
        raise LookupError
    with budget.held(100):
        pass


@pytest.mark.parametrize("size", [-1, 101])
def test_what_can_never_be_held_is_a_mistake_of_the_caller(size: int) -> None:
    with pytest.raises(ValueError, match="never"), MemoryBudget(100, patience=0).held(size):
        pass


def test_threads_never_hold_more_than_the_budget_together() -> None:
    budget = MemoryBudget(100, patience=30)
    lock, now = threading.Lock(), [0]

    def work(size: int) -> int:
        with budget.held(size):
            with lock:
                now[0] += size
                together = now[0]
            with lock:
                now[0] -= size
            return together

    with ThreadPoolExecutor(8) as pool:
        sums = list(pool.map(work, [1 + (31 * number) % 100 for number in range(200)]))
    assert max(sums) <= 100


def test_who_lacks_memory_has_those_give_some_back_that_hold_it() -> None:
    """Again and again, until there is enough."""
    asked, enough = list[Mapping[int, int]](), [threading.Event(), threading.Event()]

    def give_up(held: Mapping[int, int]) -> None:
        asked.append(dict(held))
        enough[min(len(asked), 2) - 1].set()

    budget = MemoryBudget(100, patience=30, lacking=give_up)

    def hold(number: int) -> int:
        with budget.growing() as more:
            more(20)
            more(30)
            begun.wait(30)
            assert enough[number].wait(30)
        return threading.get_ident()

    begun = threading.Barrier(3)
    with ThreadPoolExecutor(2) as pool:
        holders = [pool.submit(hold, number) for number in range(2)]
        begun.wait(30)
        with budget.growing() as more:
            more(60)
        first, second = (each.result(30) for each in holders)
    assert asked[0] == {first: 50, second: 50}
    assert asked[-1] == {second: 50}


def test_freed_memory_goes_back_where_the_c_library_can_be_told_to() -> None:
    glibc = bool(platform.libc_ver()[0])
    assert bound_heap() is glibc
