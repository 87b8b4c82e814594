from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.teach.samples import Classes
from tools.teach.teaching import folds


def part_of_each(classes: Classes) -> Classes:
    parts = np.full(len(classes), -1)
    for number, (others, held) in enumerate(folds(classes)):
        assert sorted([*others, *held]) == list(range(len(classes)))
        parts[held] = number
    return parts


@given(st.lists(st.integers(5, 23), min_size=2, max_size=6), st.integers(0, 100))
def test_every_class_is_spread_evenly_and_so_are_all(sizes: list[int], seed: int) -> None:
    classes = np.random.default_rng(seed).permutation(np.repeat(np.arange(len(sizes)), sizes))
    parts = part_of_each(classes)
    assert set(parts.tolist()) == set(range(5))
    assert np.ptp(np.bincount(parts)) <= 1
    for number in range(len(sizes)):
        assert np.ptp(np.bincount(parts[classes == number], minlength=5)) <= 1


@pytest.mark.parametrize(("smallest", "expected"), [(2, 2), (3, 3), (5, 5), (50, 5)])
def test_there_are_no_more_parts_than_a_class_has_pictures(smallest: int, expected: int) -> None:
    assert len(list(folds(np.array([0] * smallest + [1] * 60)))) == expected
