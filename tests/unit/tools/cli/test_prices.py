from __future__ import annotations

import pytest

from shared.labeling.registry import RECOGNIZERS


def cost(name: str, calls: int, before: int) -> float:
    prices = RECOGNIZERS[name].prices
    assert prices
    return prices.cost(calls, before)


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
def test_vision_costs_what_its_list_says_and_embedded_nothing(
    calls: int, before: int, dollars: float
) -> None:
    assert cost("google-vision", calls, before) == pytest.approx(dollars)
    assert cost("embedded", calls, before) == 0
