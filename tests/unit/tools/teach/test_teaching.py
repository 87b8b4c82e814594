from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import softmax
from sklearn.metrics import log_loss

from shared.labeling.providers.embedded.labels import COLDEST, HOTTEST
from tests.unit.tools.teach.blobs import blobs, samples, silent
from tools.teach.samples import Classes, Vectors
from tools.teach.teaching import PENALTIES, Fit, Values, fits, folds, head_of, held_out, teach, temperature


def test_held_out_pictures_of_separable_classes_are_recognized() -> None:
    asked = samples(*blobs(12, 4, noise=0.05))
    answers = held_out(asked, silent)
    assert np.array_equal(answers.scores.argmax(axis=1), asked.classes)
    assert answers.folds == 5


def test_held_out_pictures_that_show_nothing_are_recognized_by_chance_only() -> None:
    chance = np.random.default_rng(3)
    vectors = chance.normal(size=(200, 12))
    asked = samples(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.repeat(np.arange(4), 50))
    answers = held_out(asked, silent)
    assert (answers.scores.argmax(axis=1) == asked.classes).mean() < 0.4
    assert answers.scores.max(axis=1).mean() < 0.5


def test_the_figure_and_the_scores_foretell_new_pictures() -> None:
    vectors, classes = blobs(60, 4, noise=0.5)
    foretold = (held_out(samples(vectors, classes), silent).scores.argmax(axis=1) == classes).mean()
    fresh, truth = blobs(500, 4, noise=0.5, seed=9)
    scores = teach(vectors, classes).probabilities(fresh)
    right = (scores.argmax(axis=1) == truth).mean()
    assert [foretold, scores.max(axis=1).mean()] == pytest.approx([right, right], abs=0.06)


def test_what_a_part_holds_does_not_reach_the_heads_that_are_asked_about_it() -> None:
    vectors, classes = blobs(12, 3, noise=0.3)
    (_, held), (_, others), *_ = folds(classes)
    before = held_out(samples(vectors, classes), silent).scores
    changed = vectors.copy()
    changed[held[0]] = -changed[held[0]]
    after = held_out(samples(changed, classes), silent).scores
    assert np.array_equal(after[held[1:]], before[held[1:]])
    assert not np.array_equal(after[others], before[others])


def test_the_penalty_is_weak_only_where_classes_ask_for_large_weights() -> None:
    chance = np.random.default_rng(1)
    classes = np.repeat([0, 1], 100)
    common, own = chance.normal(size=(2, 200))
    # Only the difference of the first two coordinates tells the classes apart, and it is small.
    entangled = np.stack([common + 0.1 * classes, common, own], axis=1)
    weak, strong = teach(entangled, classes).penalty, teach(*blobs(20, 3, noise=1.5)).penalty
    assert {weak, strong} <= set(PENALTIES)
    assert weak < strong


def test_the_head_scores_as_the_fit_does() -> None:
    vectors, classes = blobs(15, 3, noise=0.5)
    taught = teach(vectors, classes)
    head = head_of(taught, ("a", "b", "c"), "e/1")
    scores = np.array([head.scores(vector) for vector in vectors])
    assert scores == pytest.approx(taught.probabilities(vectors), abs=1e-4)
    assert log_loss(classes, scores) < np.log(3)


def only_fit(vectors: Vectors, classes: Classes, penalty: float) -> Fit:
    [fit] = fits(vectors, classes, [penalty])
    return fit


def test_separable_classes_are_told_apart() -> None:
    vectors, classes = blobs(20, 4, noise=0.05)
    fit = only_fit(vectors, classes, 1e-3)
    assert np.array_equal(fit.logits(vectors).argmax(axis=1), classes)
    fresh, truth = blobs(20, 4, noise=0.05, seed=9)
    assert np.array_equal(fit.logits(fresh).argmax(axis=1), truth)


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


def answers(certainty: float, seed: int = 0, count: int = 2_000) -> tuple[Values, Classes]:
    """Logits, `certainty` times those by which the classes are drawn."""
    chance = np.random.default_rng(seed)
    logits = chance.normal(size=(count, 3)) * 2
    classes = (logits + chance.gumbel(size=logits.shape)).argmax(axis=1)
    return logits * certainty, classes


def loss(logits: Values, classes: Classes) -> float:
    return float(log_loss(classes, softmax(logits, axis=1), labels=range(3)))


@pytest.mark.parametrize("certainty", [0.25, 1.0, 4.0])
def test_the_temperature_undoes_too_much_or_too_little_certainty(certainty: float) -> None:
    assert temperature(*answers(certainty)) == pytest.approx(certainty, rel=0.1)


@given(st.integers(0, 1_000), st.floats(0.1, 10), st.floats(0.5, 2))
def test_no_other_temperature_loses_less(seed: int, certainty: float, factor: float) -> None:
    logits, classes = answers(certainty, seed, count=50)
    heat = temperature(logits, classes)
    other = float(np.clip(heat * factor, COLDEST, HOTTEST))
    least = loss(logits / heat, classes)
    assert loss(logits / other, classes) >= least - 1e-6


def test_the_temperature_stays_within_its_range() -> None:
    logits, classes = np.eye(3) * 1.0, np.arange(3)
    assert temperature(logits, classes) == pytest.approx(COLDEST)
    assert temperature(-logits, classes) == pytest.approx(HOTTEST)
