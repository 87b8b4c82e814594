from __future__ import annotations

import math

import pytest

from tools.shares import Share, fewest


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [(5, 50, 0.0333, 0.2181), (10, 100, 0.0490, 0.1762), (0, 20, 0.0, 0.1684), (20, 20, 0.8316, 1.0)],
)
def test_intervals_are_those_of_published_tables(count: int, of: int, low: float, high: float) -> None:
    found = Share(count, of)
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(("rate", "photos"), [(0.1, 29), (0.05, 59), (0.02, 149), (0.01, 299)])
def test_so_many_photos_without_a_false_accept_show_a_rate(rate: float, photos: int) -> None:
    assert fewest(rate) == photos
    assert Share(0, photos).below <= rate < Share(0, photos - 1).below


@pytest.mark.parametrize(("count", "of"), [(0, 1), (3, 4), (5, 40), (20, 40), (39, 40)])
def test_at_the_bound_as_few_come_about_with_the_probability_said(count: int, of: int) -> None:
    share = Share(count, of).below
    exact = sum(math.comb(of, each) * share**each * (1 - share) ** (of - each) for each in range(count + 1))
    assert exact == pytest.approx(0.05, abs=1e-6)
