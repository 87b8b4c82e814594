from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tools.embedded_model.directions import DECIMALS, DIRECTIONS, class_directions

CLASSIFIER = np.random.default_rng(3).normal(size=(40, 60)).astype(np.float32)
ROUNDING = 0.5 * 10**-DECIMALS + 1e-9


@pytest.fixture(scope="module")
def directions(state_dict: Mapping[str, NDArray[Any]]) -> NDArray[np.float32]:
    return class_directions(state_dict["_fc.weight"])


def test_they_are_the_right_singular_vectors_of_the_centered_weights() -> None:
    _, _, right = np.linalg.svd(CLASSIFIER - CLASSIFIER.mean(axis=0, dtype=np.float64), full_matrices=False)
    difference = np.abs(class_directions(CLASSIFIER, 39)) - np.abs(right[:39])
    assert np.abs(difference).max() <= ROUNDING


def test_the_largest_component_of_each_is_positive() -> None:
    directions = class_directions(CLASSIFIER, 39)
    assert (directions.max(axis=1) == np.abs(directions).max(axis=1)).all()


def test_what_all_classes_share_is_no_direction() -> None:
    shared = np.random.default_rng(4).normal(size=60).astype(np.float32)
    difference = class_directions(CLASSIFIER + shared, 10) - class_directions(CLASSIFIER, 10)
    assert np.abs(difference).max() <= 2 * ROUNDING


@pytest.mark.parametrize("count", [40, 41])
def test_more_directions_than_classes_differ_in_are_refused(count: int) -> None:
    with pytest.raises(ValueError, match=rf"\(40, 60\) have no {count} directions"):
        class_directions(CLASSIFIER, count)


def test_the_published_directions_are_orthonormal(directions: NDArray[np.float32]) -> None:
    assert directions.shape == (DIRECTIONS, 1280)
    np.testing.assert_allclose(directions @ directions.T, np.eye(DIRECTIONS), atol=1e-3)


def test_the_order_of_addition_changes_no_bit(
    state_dict: Mapping[str, NDArray[Any]], directions: NDArray[np.float32]
) -> None:
    published = state_dict["_fc.weight"]
    order = np.random.default_rng(5).permutation(len(published))
    assert class_directions(published[order]).tobytes() == directions.tobytes()
