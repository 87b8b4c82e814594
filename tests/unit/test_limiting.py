from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.limiting import Layered, TokenBuckets


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@given(
    interval=st.sampled_from([1, 2, 5, 15, 60]),
    burst=st.integers(1, 5),
    gaps=st.lists(st.integers(0, 200), max_size=60),
)
def test_decides_like_a_bucket_of_tokens(interval: int, burst: int, gaps: list[int]) -> None:
    clock = Clock()
    limiter = TokenBuckets(60 / interval, burst, clock=clock)
    tokens = Fraction(burst)
    for gap in gaps:
        clock.now += gap
        tokens = min(Fraction(burst), tokens + Fraction(gap, interval))
        assert limiter.wait("a") == pytest.approx(float(max(Fraction(), 1 - tokens) * interval))
        tokens -= tokens >= 1


def test_one_clients_requests_cost_another_nothing() -> None:
    limiter = TokenBuckets(60, burst=1, clock=Clock())
    assert [limiter.wait(client) for client in ("a", "a", "b", "b")] == [0, 1, 0, 1]


def test_a_rate_of_zero_sets_no_limit() -> None:
    limiter = TokenBuckets(0, burst=1, clock=Clock())
    assert [limiter.wait("a") for _ in range(1_000)] == [0.0] * 1_000


def test_the_clients_not_seen_for_longest_are_forgotten() -> None:
    limiter = TokenBuckets(60, burst=1, clients=2, clock=Clock())
    for client in ("a", "b"):
        limiter.wait(client)
    refused_but_seen = limiter.wait("a")
    limiter.wait("c")
    assert refused_but_seen == limiter.wait("a") == limiter.wait("c") == 1
    assert limiter.wait("b") == 0


@pytest.mark.parametrize(
    ("rate", "burst", "clients"), [(-1, 1, 1), (math.nan, 1, 1), (math.inf, 1, 1), (60, 0, 1), (60, 1, 0)]
)
def test_a_limit_that_makes_no_sense_is_refused(rate: float, burst: int, clients: int) -> None:
    with pytest.raises(ValueError, match="a limit needs"):
        TokenBuckets(rate, burst, clients)


def layered(per_client: TokenBuckets, overall: TokenBuckets) -> Layered:
    return Layered([(str, per_client), (lambda _: "", overall)])


def test_what_the_clients_own_limit_refuses_takes_nobody_elses_place() -> None:
    clock = Clock()
    limiter = layered(TokenBuckets(60, burst=1, clock=clock), TokenBuckets(60, burst=2, clock=clock))
    assert [limiter.wait("greedy") for _ in range(50)] == [0.0] + [1.0] * 49
    assert limiter.wait("modest") == 0


def test_what_the_overall_limit_refuses_is_not_counted_against_the_client() -> None:
    clock = Clock()
    per_client, overall = (TokenBuckets(rate, burst=1, clock=clock) for rate in (6, 60))
    limiter = layered(per_client, overall)
    assert [limiter.wait(client) for client in ("a", "b", "b")] == [0, 1, 1]
    clock.now = 1
    assert limiter.wait("b") == 0


def test_the_longer_of_both_waits_is_told() -> None:
    clock = Clock()
    limiter = layered(TokenBuckets(6, burst=1, clock=clock), TokenBuckets(60, burst=1, clock=clock))
    limiter.wait("a")
    assert (limiter.wait("a"), limiter.wait("b")) == (10, 1)
