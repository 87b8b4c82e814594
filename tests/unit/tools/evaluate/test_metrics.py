from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.evaluate.metrics import METRICS, as_table, column, kept, measured, rows_of
from tools.evaluate.verdicts import VERDICT_METRICS, JudgedHit


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
    judged = [JudgedHit("similar", "similar")] * min(10, len(relevant)) or [JudgedHit("similar", "similar")]
    result = measured(relevant, max(1, int(relevant.sum()) + missed), matched=True, exact=1.0, judged=judged)
    assert all(0 <= result[name] <= 1 for name in METRICS)


@given(st.lists(st.booleans(), min_size=1, max_size=60), st.data())
def test_a_right_answer_further_up_is_never_worth_less(places: list[bool], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(places) - 1))
    better = [*places[:at], True, *places[at:]][: len(places)]
    total = len(places)
    before = measured(np.array(places), total, matched=True)
    after = measured(np.array(better), total, matched=True)
    swapped_a_right_one_out = sum(better) < sum(places)
    assert not swapped_a_right_one_out
    assert after["average_precision"] >= before["average_precision"] - 1e-12
    assert after["reciprocal_rank"] >= before["reciprocal_rank"]


@given(st.lists(st.booleans(), min_size=1, max_size=60))
def test_with_one_right_answer_average_precision_is_the_reciprocal_rank(places: list[bool]) -> None:
    only = np.zeros(len(places), dtype=bool)
    only[sum(places) % len(places)] = True
    result = measured(only, 1, matched=True)
    assert result["average_precision"] == result["reciprocal_rank"]


def test_verdicts_are_shares_of_ten_hits_by_right_and_wrong() -> None:
    judged = [
        JudgedHit("verySimilar", "verySimilar"),
        JudgedHit("similar", "similar"),
        JudgedHit("lessSimilar", "similar"),
        JudgedHit("lessSimilar", "verySimilar"),
        JudgedHit("lessSimilar", "lessSimilar"),
    ]
    told = measured(np.array([True, False, True, False, False, True]), 3, matched=True, judged=judged)
    assert {name: told[name] for name in VERDICT_METRICS} == {
        "right_very_similar": 0.1,
        "wrong_very_similar": 0.0,
        "right_similar": 0.1,
        "wrong_similar": 0.1,
        "right_held_back": 0.1,
        "wrong_held_back": 0.1,
    }


def test_an_unmatched_query_is_counted_as_such() -> None:
    table = as_table([measured(np.array([True]), 1, matched=matched) for matched in (True, False)])
    assert column(table, "no_match").tolist() == [0.0, 1.0]


@pytest.mark.parametrize(
    ("nearest", "candidates", "expected"),
    [("abcd", "dxa", 0.5), ("abcd", "dcbaxyz", 1.0), ("abcd", "x", 0.0), ("ab", "", 0.0), ("", "x", 1.0)],
)
def test_what_re_ranking_can_still_put_first(nearest: str, candidates: str, expected: float) -> None:
    assert kept([*nearest], [*candidates]) == expected


def test_rows_are_found_by_group() -> None:
    groups = rows_of(["hat", "shoe", "hat"])
    assert {name: rows.tolist() for name, rows in groups.items()} == {"hat": [0, 2], "shoe": [1]}
