from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import log_loss

from tests.unit.tools.teach.blobs import blobs, samples, silent
from tools.teach.teaching import PENALTIES, folds, head_of, held_out, teach


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


def test_the_figure_foretells_new_pictures() -> None:
    vectors, classes = blobs(60, 4, noise=0.5)
    right = (held_out(samples(vectors, classes), silent).scores.argmax(axis=1) == classes).mean()
    fresh, truth = blobs(500, 4, noise=0.5, seed=9)
    head = teach(vectors, classes)
    assert (head.probabilities(fresh).argmax(axis=1) == truth).mean() == pytest.approx(right, abs=0.06)


def test_scores_of_new_pictures_mean_what_they_say() -> None:
    head = teach(*blobs(60, 4, noise=0.5))
    fresh, truth = blobs(500, 4, noise=0.5, seed=9)
    scores = head.probabilities(fresh)
    right = (scores.argmax(axis=1) == truth).mean()
    assert scores.max(axis=1).mean() == pytest.approx(right, abs=0.06)


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
