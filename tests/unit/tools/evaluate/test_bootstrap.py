from __future__ import annotations

import math
from dataclasses import astuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from tools.evaluate.metrics import clusters_of, estimates, ratio


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


def test_equal_photos_of_a_product_tell_no_more_than_one_of_them() -> None:
    alone = np.random.default_rng(3).random((40, 2))
    clusters = clusters_of([f"p{row // 8:02}" for row in range(320)])
    [one, _], [eight, _] = estimates(alone), estimates(np.repeat(alone, 8, axis=0), clusters)
    assert astuple(eight) == pytest.approx(astuple(one))


def test_a_product_with_more_photos_counts_for_more() -> None:
    values = np.array([[1.0]] * 9 + [[0.0]])
    [estimate] = estimates(values, clusters_of(["many"] * 9 + ["one"]))
    assert (estimate.low, estimate.value, estimate.high) == (0.0, 0.9, 1.0)


def test_the_interval_of_photos_of_products_holds_the_truth_about_as_often_as_it_says() -> None:
    chance, held = np.random.default_rng(11), []
    clusters = clusters_of([str(photo // 6) for photo in range(180)])
    for _ in range(150):
        found = np.repeat(chance.random(30) < 0.4, 6)[:, None].astype(float)
        [estimate] = estimates(found, clusters, resamples=400)
        held.append(estimate.low <= 0.4 <= estimate.high)
    assert 0.88 <= sum(held) / len(held) <= 0.99


def test_a_ratio_takes_the_photos_of_a_product_together() -> None:
    counts = np.random.default_rng(5).integers(1, 9, (30, 2)).astype(float)
    counts[:, 0] = np.minimum(counts[:, 0], counts[:, 1])
    alone = ratio(counts)
    together = ratio(np.repeat(counts, 5, axis=0), np.repeat(np.arange(30), 5))
    assert astuple(together) == pytest.approx(astuple(alone))
    assert ratio(np.repeat(counts, 5, axis=0)).high < together.high
