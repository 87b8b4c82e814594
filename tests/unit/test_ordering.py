from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import Transient
from shared.model import PictureEvent
from shared.ordering import CLOCKS, ProductLocks, Version, version_of


def test_a_product_is_worked_on_by_one_thread_at_a_time() -> None:
    turns, working, most = ProductLocks(), [0], [0]
    started = threading.Barrier(8)

    def work() -> None:
        started.wait()
        for _ in range(50):
            with turns.of("1") as turn:
                working[0] += 1
                most[0] = max(most[0], working[0])
                turn.version += 1
                working[0] -= 1

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with turns.of("1") as turn:
        assert (most[0], turn.version) == (1, 400)


def test_products_do_not_wait_for_one_another() -> None:
    turns = ProductLocks(patience=0)
    with turns.of("1"), turns.of("2"):
        pass


def test_a_turn_that_does_not_come_is_transient_and_the_next_one_is_free() -> None:
    turns = ProductLocks(patience=0)
    with turns.of("1"), pytest.raises(Transient, match="still being handled"), turns.of("1"):
        pass
    with turns.of("1"):
        pass


def test_what_was_written_is_remembered_of_the_latest_products_and_of_those_at_work() -> None:
    turns = ProductLocks(remembered=2)
    with turns.of("at work") as turn:
        turn.version = 7
        for product in "abc":
            with turns.of(product) as other:
                other.version = 1
    with turns.of("c") as latest, turns.of("a") as oldest:
        assert (latest.version, oldest.version) == (1, 0)


NOW = 1_700_000_000_000_000
CENTURY = 100 * 365 * 86_400 * 1_000_000
TIMES = st.integers(NOW - CENTURY, NOW + CENTURY)


def event(time_us: int, *, requested: bool = False) -> PictureEvent:
    return PictureEvent("1", "pictures", "products/1/a.jpg", time_us, requested=requested)


@pytest.mark.parametrize("newest", [0, NOW - 5, NOW + 5])
def test_the_version_is_the_newest_generation_or_the_later_time_of_the_event(newest: int) -> None:
    assert version_of(event(NOW), newest, None, NOW) == Version(max(newest, NOW))


@pytest.mark.parametrize("ahead", [1, CLOCKS])
def test_cloud_storages_clock_may_be_a_little_ahead(ahead: int) -> None:
    assert version_of(event(NOW + ahead), 0, NOW, NOW) == Version(NOW + ahead)


@pytest.mark.parametrize("ahead", [CLOCKS + 1, CENTURY])
def test_an_event_from_the_future_counts_as_of_its_delivery(ahead: int) -> None:
    assert version_of(event(NOW + ahead), 0, None, NOW) == Version(NOW)


@pytest.mark.parametrize("ahead", [1, CENTURY])
def test_a_request_is_never_of_later_than_its_delivery(ahead: int) -> None:
    assert version_of(event(NOW + ahead, requested=True), 0, None, NOW) == Version(NOW)


@pytest.mark.parametrize("behind", [0, 1, CENTURY])
def test_a_request_is_written_however_old_it_says_it_is(behind: int) -> None:
    assert version_of(event(NOW - behind, requested=True), 7, NOW, NOW) == Version(NOW + 1)


@pytest.mark.parametrize("requested", [False, True])
def test_a_version_from_the_future_is_overwritten_by_what_is_true_now(*, requested: bool) -> None:
    poisoned = NOW + CENTURY
    found = version_of(event(NOW, requested=requested), 7, poisoned, NOW)
    assert found == Version(NOW, replaced=poisoned)


@given(time_us=TIMES, newest=TIMES, recorded=st.none() | TIMES, requested=st.booleans())
def test_no_time_of_an_event_makes_a_version_that_locks_the_record(
    *, time_us: int, newest: int, recorded: int | None, requested: bool
) -> None:
    found = version_of(event(time_us, requested=requested), newest, recorded, NOW)
    assert found.time_us <= max(newest, NOW + CLOCKS + 1)
    assert found.time_us >= newest
    later = version_of(event(NOW + 2 * CLOCKS), 0, found.time_us, NOW + 2 * CLOCKS)
    assert later.time_us > found.time_us or later.replaced == found.time_us or newest > NOW
