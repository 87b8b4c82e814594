from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.catalog.rarity import FLOOR, NOTHING_KNOWN, LabelCounts


def test_where_nothing_is_known_every_label_counts_the_same() -> None:
    assert NOTHING_KNOWN.rarity("Shoe") == 1.0


@pytest.mark.parametrize(("carrying", "rarity"), [(0, 1.0), (9, 0.5), (99, FLOOR), (1_000, FLOOR)])
def test_the_more_products_carry_a_label_the_less_it_tells(carrying: int, rarity: float) -> None:
    assert LabelCounts(99, {"shoe": carrying}).rarity("Shoe") == pytest.approx(rarity)


@given(st.integers(1, 10**7), st.integers(0, 10**7))
def test_rarity_stays_within_its_range(records: int, carrying: int) -> None:
    assert FLOOR <= LabelCounts(records, {"shoe": carrying}).rarity("shoe") <= 1.0
