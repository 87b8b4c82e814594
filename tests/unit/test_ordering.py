from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import Transient
from shared.model import PictureEvent
from shared.ordering import CLOCKS, ProductLocks, Version, version_of


def test_a_product_is_worked_on_by_one_thread_at_a_time() -> None:
    turns, working, most = ProductLocks(), [0], [0]
    started = threading.Barrier(8)

    def work(_: int) -> None:
        started.wait()
        for _ in range(50):
            with turns.of("1") as turn:
                working[0] += 1
                most[0] = max(most[0], working[0])
                turn.version += 1
                working[0] -= 1

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(work, range(8)))
    with turns.of("1") as turn:
        assert (most[0], turn.version) == (1, 400)


def test_a_turn_that_does_not_come_is_transient_the_next_is_free_and_other_products_do_not_wait() -> None:
    turns = ProductLocks(patience=0)
    handled = pytest.raises(Transient, match="still being handled")
    with turns.of("1"), turns.of("2"), handled, turns.of("1"):
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


@pytest.mark.parametrize(
    ("event", "newest", "recorded", "version"),
    [
        *((event(NOW), newest, None, max(newest, NOW)) for newest in (0, NOW - 5, NOW + 5)),
        *((event(NOW + ahead), 0, NOW, NOW + ahead) for ahead in (1, CLOCKS)),
        *((event(NOW + ahead), 0, None, NOW) for ahead in (CLOCKS + 1, CENTURY)),
        *((event(NOW + ahead, requested=True), 0, None, NOW) for ahead in (1, CENTURY)),
        *((event(NOW - old, requested=True), 7, NOW, NOW + 1) for old in (0, 1, CENTURY)),
    ],
)
def test_a_version_is_the_latest_time_that_can_be(
    event: PictureEvent, newest: int, recorded: int | None, version: int
) -> None:
    """A request is of its delivery at the latest, and written however old it says it is."""
    assert version_of(event, newest, recorded, NOW) == Version(version)


@pytest.mark.parametrize("requested", [False, True])
def test_a_version_from_the_future_is_overwritten_by_what_is_true_now(*, requested: bool) -> None:
    poisoned = NOW + CENTURY
    found = version_of(event(NOW, requested=requested), 7, poisoned, NOW)
    assert found == Version(NOW, replaced=poisoned)


@given(time_us=TIMES, newest=TIMES, recorded=st.none() | TIMES, requested=st.booleans())
def test_no_time_locks_a_record(*, time_us: int, newest: int, recorded: int | None, requested: bool) -> None:
    found = version_of(event(time_us, requested=requested), newest, recorded, NOW)
    assert newest <= found.time_us <= max(newest, NOW + CLOCKS + 1)
    later = version_of(event(NOW + 2 * CLOCKS), 0, found.time_us, NOW + 2 * CLOCKS)
    assert later.time_us > found.time_us or later.replaced == found.time_us or newest > NOW
