from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import softmax

from tests.unit.tools.teach.blobs import blobs
from tools.teach.samples import Classes, Vectors
from tools.teach.teaching import Fit, fits


def only_fit(vectors: Vectors, classes: Classes, penalty: float) -> Fit:
    [fit] = fits(vectors, classes, [penalty])
    return fit


def test_separable_classes_are_told_apart() -> None:
    vectors, classes = blobs(20, 4, noise=0.05)
    fit = only_fit(vectors, classes, 1e-3)
    assert np.array_equal(fit.logits(vectors).argmax(axis=1), classes)
    fresh, truth = blobs(20, 4, noise=0.05, seed=9)
    assert np.array_equal(fit.logits(fresh).argmax(axis=1), truth)


def test_noisy_classes_are_told_apart_better_than_by_chance() -> None:
    fit = only_fit(*blobs(40, 4, noise=0.8), 1e-2)
    fresh, truth = blobs(200, 4, noise=0.8, seed=9)
    right = (fit.logits(fresh).argmax(axis=1) == truth).mean()
    assert 0.4 < right < 0.95


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 1_000), st.integers(2, 5), st.sampled_from([1e-1, 1e-2, 1e-3]))
def test_the_loss_has_no_slope_at_the_fit(seed: int, count: int, penalty: float) -> None:
    """It is convex, so nothing else has less."""
    vectors, classes = blobs(15, count, noise=0.4, seed=seed)
    fit = only_fit(vectors, classes, penalty)
    missed = softmax(fit.logits(vectors), axis=1) - np.eye(count)[classes]
    assert vectors.T @ missed / len(vectors) + penalty * fit.weights == pytest.approx(0, abs=1e-5)
    assert missed.mean(axis=0) == pytest.approx(0, abs=1e-5)


def test_where_a_fit_begins_does_not_matter() -> None:
    vectors, classes = blobs(15, 3, noise=0.4)
    *_, warm = fits(vectors, classes, [1e-1, 1e-2, 1e-3])
    cold = only_fit(vectors, classes, 1e-3)
    assert warm.logits(vectors) == pytest.approx(cold.logits(vectors), abs=0.001)


def test_a_weaker_penalty_lets_weights_grow() -> None:
    vectors, classes = blobs(15, 3, noise=0.4)
    sizes = [np.linalg.norm(fit.weights) for fit in fits(vectors, classes, [1e-1, 1e-2, 1e-3])]
    assert sizes == sorted(sizes)
    assert sizes[-1] > 2 * sizes[0]


def test_the_bias_of_vectors_that_tell_nothing_is_how_common_a_class_is() -> None:
    vectors, classes = np.tile([1.0, 0.0], (10, 1)), np.array([0] * 7 + [1] * 3)
    fit = only_fit(vectors, classes, 1e-2)
    assert softmax(fit.logits(vectors), axis=1)[0] == pytest.approx([0.7, 0.3], abs=1e-3)


def test_the_worst_of_cases_ends() -> None:
    vectors, classes = blobs(5, 2, noise=0.0)
    fit = only_fit(vectors, classes, 1e-9)
    assert np.isfinite(fit.weights).all()
