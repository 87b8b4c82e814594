from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.labeling.provider import PriceList
from shared.labeling.registry import RECOGNIZERS


def published(name: str) -> PriceList:
    prices = RECOGNIZERS[name].prices
    assert prices
    return prices


VISION = published("google-vision")
CALLS = st.integers(0, 20_000_000)


@pytest.mark.parametrize(
    ("calls", "before", "dollars"),
    [
        (0, 0, 0),
        (1_000, 0, 0),
        (1_001, 0, 0.0015),
        (100_000, 0, 148.50),
        (100_000, 1_000, 150.00),
        (5_000_000, 0, 7_498.50),
        (6_000_000, 0, 8_498.50),
        (1_000, 5_000_000, 1.00),
        (2_000, 4_999_000, 2.50),
    ],
)
def test_vision_costs_what_its_list_says(calls: int, before: int, dollars: float) -> None:
    assert VISION.cost(calls, before) == pytest.approx(dollars)


@given(first=CALLS, second=CALLS)
def test_calls_cost_the_same_in_one_run_or_in_two(first: int, second: int) -> None:
    assert VISION.cost(first) + VISION.cost(second, first) == pytest.approx(VISION.cost(first + second))


def test_the_embedded_recognizer_costs_nothing() -> None:
    assert published("embedded").cost(10_000_000) == 0
