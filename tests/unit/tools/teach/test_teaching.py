from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import softmax
from sklearn.metrics import log_loss

from shared.labeling.providers.embedded.labels import COLDEST, HOTTEST
from tests.unit.tools.evaluate.studio import silent
from tests.unit.tools.teach.blobs import blobs, samples
from tools.teach.report import Confusion, Quality, measured
from tools.teach.samples import Classes
from tools.teach.teaching import (
    PENALTIES,
    HeldOut,
    Values,
    fits,
    folds,
    head_of,
    held_out,
    teach,
    temperature,
)


def test_the_figure_and_the_scores_foretell_new_pictures() -> None:
    vectors, classes = blobs(60, 3, noise=0.5)
    foretold = (held_out(samples(vectors, classes), silent).scores.argmax(axis=1) == classes).mean()
    fresh, truth = blobs(500, 3, noise=0.5, seed=9)
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


@settings(deadline=None, max_examples=10)
@given(st.integers(0, 1_000), st.integers(2, 5))
def test_the_loss_has_no_slope_at_a_fit_wherever_it_began(seed: int, count: int) -> None:
    """It is convex, so nothing else has less."""
    vectors, classes = blobs(15, count, noise=0.4, seed=seed)
    penalties = [1e-1, 1e-2, 1e-3]
    for penalty, fit in zip(penalties, fits(vectors, classes, penalties), strict=True):
        missed = softmax(fit.logits(vectors), axis=1) - np.eye(count)[classes]
        assert vectors.T @ missed / len(vectors) + penalty * fit.weights == pytest.approx(0, abs=1e-5)
        assert missed.mean(axis=0) == pytest.approx(0, abs=1e-5)


def test_the_worst_of_cases_ends() -> None:
    [fit] = fits(*blobs(5, 2, noise=0.0), [1e-9])
    assert np.isfinite(fit.weights).all()


@settings(max_examples=30)
@given(st.lists(st.integers(5, 23), min_size=2, max_size=6), st.integers(0, 100))
def test_every_class_is_spread_evenly_and_so_are_all(sizes: list[int], seed: int) -> None:
    classes = np.random.default_rng(seed).permutation(np.repeat(np.arange(len(sizes)), sizes))
    parts = np.full(len(classes), -1)
    for number, (others, held) in enumerate(folds(classes)):
        assert sorted([*others, *held]) == list(range(len(classes)))
        parts[held] = number
    assert set(parts.tolist()) == set(range(5))
    assert np.ptp(np.bincount(parts)) <= 1
    for number in range(len(sizes)):
        assert np.ptp(np.bincount(parts[classes == number], minlength=5)) <= 1


@pytest.mark.parametrize(("smallest", "expected"), [(2, 2), (3, 3), (5, 5), (50, 5)])
def test_there_are_no_more_parts_than_a_class_has_pictures(smallest: int, expected: int) -> None:
    assert len(list(folds(np.array([0] * smallest + [1] * 60)))) == expected


def loss(logits: Values, classes: Classes) -> float:
    return float(log_loss(classes, softmax(logits, axis=1), labels=range(3)))


@settings(max_examples=30)
@given(st.integers(0, 1_000), st.floats(0.1, 10), st.floats(0.5, 2))
def test_no_other_temperature_loses_less(seed: int, certainty: float, factor: float) -> None:
    """Logits are `certainty` times those by which the classes are drawn."""
    chance = np.random.default_rng(seed)
    drawn = chance.normal(size=(50, 3)) * 2
    logits, classes = drawn * certainty, (drawn + chance.gumbel(size=drawn.shape)).argmax(axis=1)
    heat = temperature(logits, classes)
    other = float(np.clip(heat * factor, COLDEST, HOTTEST))
    least = loss(logits / heat, classes)
    assert loss(logits / other, classes) >= least - 1e-6


def test_the_temperature_stays_within_its_range() -> None:
    logits, classes = np.eye(3) * 1.0, np.arange(3)
    assert temperature(logits, classes) == pytest.approx(COLDEST)
    assert temperature(-logits, classes) == pytest.approx(HOTTEST)


def quality(classes: list[int], taken: list[int]) -> Quality:
    """Of held-out pictures taken for classes with a score of 0.8."""
    count = max(classes) + 1
    scores = np.where(np.eye(count)[taken] > 0, 0.8, 0.2 / (count - 1))
    return measured(samples(np.zeros((len(classes), 2)), np.array(classes)), HeldOut(scores, 5))


def test_shares_confusions_and_the_baseline_are_counted() -> None:
    found = quality([0, 0, 0, 0, 0, 1, 1, 1, 2, 2], [0, 0, 0, 0, 1, 1, 0, 0, 2, 2])
    assert (found.accuracy.count, found.accuracy.of) == (7, 10)
    assert (found.commonest, found.baseline.value) == ("class 0", 0.5)
    recalls = {name: each.value for name, each in found.recalls.items()}
    assert recalls == pytest.approx({"class 0": 0.8, "class 1": 1 / 3, "class 2": 1.0})
    assert found.mean_recall == pytest.approx((0.8 + 1 / 3 + 1) / 3)
    assert found.confusions == [Confusion("class 1", "class 0", 2), Confusion("class 0", "class 1", 1)]
    assert found.mean_score == pytest.approx(0.8)
    assert found.log_loss == pytest.approx(-(7 * math.log(0.8) + 3 * math.log(0.1)) / 10)


def test_guessing_is_beaten_only_beyond_chance() -> None:
    assert quality([0, 1] * 50, [0, 1] * 50).beats_guessing
    assert not quality([0, 1] * 50, [0, 1] * 26 + [1, 0] * 24).beats_guessing
