from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from tools.evaluate.metrics import estimates


def test_the_interval_of_a_share_is_that_of_the_binomial() -> None:
    answers = np.array([1.0] * 120 + [0.0] * 280).reshape(-1, 1)
    [estimate] = estimates(answers, resamples=4_000)
    expected = 1.96 * math.sqrt(0.3 * 0.7 / 400)
    assert estimate.value == pytest.approx(0.3)
    assert estimate.low == pytest.approx(0.3 - expected, abs=0.005)
    assert estimate.high == pytest.approx(0.3 + expected, abs=0.005)


def test_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    chance = np.random.default_rng(7)
    samples = chance.random((60, 200))
    held = [estimate.low <= 0.5 <= estimate.high for estimate in estimates(samples, resamples=1_000)]
    assert 0.85 <= sum(held) / len(held) <= 0.99


def test_two_runs_agree_and_columns_meet_the_same_draws() -> None:
    values = np.random.default_rng(1).random((50, 1))
    twice = np.hstack([values, values])
    first, second = estimates(twice)
    assert (first.low, first.high) == (second.low, second.high)
    assert estimates(twice) == estimates(twice)
    [difference] = estimates(twice[:, :1] - twice[:, 1:])
    assert (difference.low, difference.high) == (0.0, 0.0)


def test_more_draws_than_fit_at_once_give_one_interval() -> None:
    values = np.tile([[0.0], [1.0]], (2_000, 1))
    [estimate] = estimates(values, resamples=1_500)
    assert estimate.low == pytest.approx(0.5 - 1.96 * 0.5 / math.sqrt(4_000), abs=0.004)


@given(arrays.arrays(np.float64, st.tuples(st.integers(1, 20), st.just(2)), elements=st.floats(0, 1)))
def test_the_mean_lies_within_its_interval(values: np.ndarray) -> None:
    for estimate in estimates(values, resamples=50):
        assert 0 <= estimate.low <= estimate.value <= estimate.high <= 1 + 1e-9


def test_nothing_measured_is_no_number() -> None:
    [estimate] = estimates(np.empty((0, 1)))
    assert math.isnan(estimate.value)
