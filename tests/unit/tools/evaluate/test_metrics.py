from __future__ import annotations

import math
from dataclasses import astuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from tools.evaluate.metrics import METRICS, as_table, clusters_of, column, estimates, kept, measured, ratio
from tools.evaluate.verdicts import VERDICT_METRICS
from tools.shares import Share


def values(places: str, total: int) -> dict[str, float]:
    """`+` stands for a right place, `-` for a wrong one."""
    return measured(np.array([place == "+" for place in places]), total, matched=True)


@pytest.mark.parametrize(
    ("places", "total", "metric", "expected"),
    [
        ("+", 1, "precision_at_1", 1.0),
        ("-+", 1, "precision_at_1", 0.0),
        ("+-+--+----+", 4, "precision_at_10", 0.3),
        ("++", 2, "precision_at_10", 0.2),
        ("+-+--+", 3, "average_precision", (1 / 1 + 2 / 3 + 3 / 6) / 3),
        ("+-+--+", 5, "average_precision", (1 / 1 + 2 / 3 + 3 / 6) / 5),
        ("---", 1, "average_precision", 0.0),
        ("++++", 4, "average_precision", 1.0),
        ("----+", 1, "hit_at_5", 1.0),
        ("-----+", 1, "hit_at_5", 0.0),
        ("---------+", 1, "hit_at_10", 1.0),
        ("----------+", 1, "hit_at_10", 0.0),
        ("+", 1, "hit_at_1", 1.0),
        ("---+", 1, "reciprocal_rank", 0.25),
        ("----", 1, "reciprocal_rank", 0.0),
        ("", 1, "reciprocal_rank", 0.0),
    ],
)
def test_metrics_are_those_worked_out_by_hand(places: str, total: int, metric: str, expected: float) -> None:
    assert values(places, total)[metric] == pytest.approx(expected)


def test_a_query_nothing_is_right_for_cannot_be_measured() -> None:
    with pytest.raises(ValueError, match="needs at least one right answer"):
        values("--", 0)


@given(st.lists(st.booleans(), max_size=60).map(np.array), st.integers(0, 20))
def test_metrics_lie_between_0_and_1(relevant: np.ndarray, missed: int) -> None:
    relevant = relevant.astype(bool)
    judged = [{"similar"}] * max(1, min(10, len(relevant)))
    result = measured(relevant, max(1, int(relevant.sum()) + missed), matched=True, exact=1.0, judged=judged)
    assert all(0 <= result[name] <= 1 for name in METRICS)


@given(st.lists(st.booleans(), min_size=1, max_size=60), st.data())
def test_a_right_answer_further_up_is_never_worth_less(places: list[bool], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(places) - 1))
    better = [*places[:at], True, *places[at:]][: len(places)]
    before, after = (measured(np.array(each), len(places), matched=True) for each in (places, better))
    assert after["average_precision"] >= before["average_precision"] - 1e-12
    assert after["reciprocal_rank"] >= before["reciprocal_rank"]


def test_verdicts_are_shares_of_ten_hits_by_right_and_wrong() -> None:
    judged = [{"very_similar", "similar"}, {"similar"}, {"held_back"}, {"held_back"}, set[str]()]
    told = measured(np.array([True, False, True, False, False, True]), 3, matched=True, judged=judged)
    assert {name: told[name] for name in VERDICT_METRICS} == {
        "right_very_similar": 0.1,
        "wrong_very_similar": 0.0,
        "right_similar": 0.1,
        "wrong_similar": 0.1,
        "right_held_back": 0.1,
        "wrong_held_back": 0.1,
    }


def test_nothing_measured_is_no_number() -> None:
    assert math.isnan(estimates(np.empty((0, 1)))[0].value)


def test_an_unmatched_query_is_counted_as_such() -> None:
    table = as_table([measured(np.array([True]), 1, matched=matched) for matched in (True, False)])
    assert column(table, "no_match").tolist() == [0.0, 1.0]


@pytest.mark.parametrize(
    ("nearest", "candidates", "expected"),
    [("abcd", "dxa", 0.5), ("abcd", "dcbaxyz", 1.0), ("abcd", "x", 0.0), ("ab", "", 0.0), ("", "x", 1.0)],
)
def test_what_re_ranking_can_still_put_first(nearest: str, candidates: str, expected: float) -> None:
    assert kept([*nearest], [*candidates]) == expected


def test_the_interval_of_a_share_is_that_of_the_binomial_though_the_draws_do_not_fit_at_once() -> None:
    answers = np.tile([[1.0], [0.0], [0.0], [0.0]], (500, 1))
    [estimate] = estimates(answers, resamples=1_100)
    expected = 1.96 * math.sqrt(0.25 * 0.75 / 2_000)
    assert estimate.value == pytest.approx(0.25)
    assert estimate.low == pytest.approx(0.25 - expected, abs=0.002)
    assert estimate.high == pytest.approx(0.25 + expected, abs=0.002)


def test_two_runs_agree_and_columns_meet_the_same_draws() -> None:
    values = np.random.default_rng(1).random((50, 1))
    twice = np.hstack([values, values])
    first, second = estimates(twice)
    assert (first.low, first.high) == (second.low, second.high)
    assert estimates(twice) == estimates(twice)


@given(arrays.arrays(np.float64, st.tuples(st.integers(1, 20), st.just(2)), elements=st.floats(0, 1)))
def test_the_mean_lies_within_its_interval(values: np.ndarray) -> None:
    for estimate in estimates(values, resamples=50):
        assert 0 <= estimate.low <= estimate.value <= estimate.high <= 1 + 1e-9


def test_equal_photos_of_a_product_tell_no_more_than_one_of_them() -> None:
    alone = np.random.default_rng(3).random((40, 2))
    clusters = clusters_of([f"p{row // 8:02}" for row in range(320)])
    [one, _], [eight, _] = estimates(alone), estimates(np.repeat(alone, 8, axis=0), clusters)
    assert astuple(eight) == pytest.approx(astuple(one))


def test_a_product_with_more_photos_counts_for_more() -> None:
    values = np.array([[1.0]] * 9 + [[0.0]])
    [estimate] = estimates(values, clusters_of(["many"] * 9 + ["one"]))
    assert (estimate.low < 0.2, estimate.value) == (True, 0.9)


@pytest.mark.parametrize("least", [0.0, -1.0])
@pytest.mark.parametrize(("photos", "products"), [(1, 1), (3, 3), (30, 3), (19, 19), (100, 100)])
def test_few_products_and_photos_that_all_fare_alike_leave_as_much_open_as_shares_do(
    photos: int, products: int, least: float
) -> None:
    [estimate] = estimates(np.ones((photos, 1)), np.arange(photos) % products, least=least)
    expected = least + (1 - least) * Share(products, products).low
    assert astuple(estimate) == pytest.approx((1.0, expected, 1.0))


def test_a_strategy_that_is_the_same_gains_nothing_for_certain() -> None:
    assert [astuple(each) for each in estimates(np.zeros((3, 1)), least=-1.0)] == [(0.0, 0.0, 0.0)]


def test_a_ratio_takes_the_photos_of_a_product_together() -> None:
    counts = np.random.default_rng(5).integers(1, 9, (30, 2)).astype(float)
    counts[:, 0] = np.minimum(counts[:, 0], counts[:, 1])
    alone = ratio(counts)
    together = ratio(np.repeat(counts, 5, axis=0), np.repeat(np.arange(30), 5))
    assert astuple(together) == pytest.approx(astuple(alone))
    assert ratio(np.repeat(counts, 5, axis=0)).high < together.high


@pytest.mark.parametrize(("part", "low", "high"), [(0, 0, 0.17), (2, 0.83, 1)])
def test_a_ratio_of_none_or_all_is_not_certain_and_who_has_nothing_has_no_say(
    part: int, low: float, high: float
) -> None:
    counts = np.array([[part, 2]] * 20 + [[0, 0]] * 80, dtype=float)
    found = ratio(counts, np.arange(100))
    assert (found.low, found.value, found.high) == pytest.approx((low, part / 2, high), abs=0.005)


def test_a_ratio_of_few_products_leaves_as_much_open_as_shares_do() -> None:
    few = ratio(np.repeat([[5.0, 10.0], [6.0, 12.0]], 3, axis=0), np.arange(6))
    assert (few.low < 0.15, few.value, few.high > 0.85) == (True, 0.5, True)
