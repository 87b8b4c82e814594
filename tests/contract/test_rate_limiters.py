"""The promises of the port `RateLimiter`, on every implementation."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.limiting import Layered, RateLimiter, TokenBuckets

SLACK = 0.01
"""Requests that rounding may give away."""


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class Dawdling(Clock):
    """Lets another thread go first whenever it is asked."""

    def __call__(self) -> float:
        time.sleep(1e-4)
        return self.now


Make = Callable[[float, int, Clock], RateLimiter]
"""Requests a minute, burst, clock -> a limiter that knows no other limit."""


UNLIMITED = TokenBuckets(0, 1)
LIMITERS: Mapping[str, Make] = {
    "buckets": lambda rate, burst, clock: TokenBuckets(rate, burst, clock=clock),
    "layered, the client's limit": lambda rate, burst, clock: Layered(
        [(str, TokenBuckets(rate, burst, clock=clock)), (lambda _: "", UNLIMITED)]
    ),
    "layered, the overall limit": lambda rate, burst, clock: Layered(
        [(str, UNLIMITED), (lambda _: "", TokenBuckets(rate, burst, clock=clock))]
    ),
}

on_every_limiter = pytest.mark.parametrize("make", LIMITERS.values(), ids=LIMITERS.keys())
rates = st.floats(0.1, 6_000)
bursts = st.integers(1, 20)
starts = st.floats(0, 1e8)


@on_every_limiter
@given(rates, bursts, starts, st.lists(st.floats(0, 30) | st.just(0.0), max_size=40))
def test_no_window_holds_more_than_burst_and_rate_allow(
    make: Make, rate: float, burst: int, start: float, gaps: list[float]
) -> None:
    clock = Clock()
    limiter = make(rate, burst, clock)
    let_in = []
    for clock.now in itertools.accumulate(gaps, initial=start):
        if limiter.wait("a") == 0:
            let_in.append(clock.now)
    for (first, begin), (last, end) in itertools.combinations(enumerate(let_in), 2):
        assert last - first + 1 <= burst + rate / 60 * (end - begin) + SLACK


@on_every_limiter
@given(rates, bursts, starts, st.integers(1, 40))
def test_who_waits_as_long_as_told_is_let_in(
    make: Make, rate: float, burst: int, start: float, requests: int
) -> None:
    clock = Clock()
    clock.now = start
    limiter = make(rate, burst, clock)
    for _ in range(requests):
        if seconds := limiter.wait("a"):
            clock.now += seconds
            assert limiter.wait("a") == 0


@on_every_limiter
def test_the_whole_burst_is_let_in_at_once_and_refusals_count_nothing(make: Make) -> None:
    clock = Clock()
    limiter = make(6, 3, clock)
    assert [limiter.wait("a") for _ in range(5)] == [0, 0, 0, 10, 10]
    clock.now = 10
    assert [limiter.wait("a") for _ in range(2)] == [0, 10]


@on_every_limiter
def test_threads_together_get_no_more_than_one_would(make: Make) -> None:
    limiter = make(1, 50, Dawdling())
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(limiter.wait, ["a"] * 200))
    assert waits.count(0.0) == 50
