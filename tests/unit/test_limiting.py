from __future__ import annotations

import math

import pytest

from shared.limiting import Layered, TokenBuckets


def test_each_client_has_a_bucket_and_those_not_seen_for_longest_are_forgotten() -> None:
    limiter = TokenBuckets(60, burst=1, clients=2, clock=lambda: 0.0)
    assert [limiter.wait(client) for client in "abacacb"] == [0, 0, 1, 0, 1, 1, 0]


@pytest.mark.parametrize(
    ("rate", "burst", "clients"), [(-1, 1, 1), (math.nan, 1, 1), (math.inf, 1, 1), (60, 0, 1), (60, 1, 0)]
)
def test_a_limit_that_makes_no_sense_is_refused(rate: float, burst: int, clients: int) -> None:
    with pytest.raises(ValueError, match="a limit needs"):
        TokenBuckets(rate, burst, clients)


def test_what_one_limit_refuses_the_other_does_not_count_and_the_longer_wait_is_told() -> None:
    now = [0.0]
    own, overall = (TokenBuckets(rate, burst, clock=lambda: now[0]) for rate, burst in ((6, 1), (60, 2)))
    limiter = Layered([(str, own), (lambda _: "", overall)])
    assert [limiter.wait("greedy") for _ in range(50)] == [0] + [10] * 49
    assert [limiter.wait(client) for client in ("modest", "late", "late", "greedy")] == [0, 1, 1, 10]
    now[0] = 1
    assert limiter.wait("late") == 0
