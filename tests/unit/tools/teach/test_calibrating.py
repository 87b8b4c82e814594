from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import softmax
from sklearn.metrics import log_loss

from shared.labeling.providers.embedded.labels import COLDEST, HOTTEST
from tools.teach.samples import Classes
from tools.teach.teaching import Values, temperature


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


def test_an_over_confident_head_loses_less_on_new_pictures() -> None:
    heat = temperature(*answers(4.0))
    logits, classes = answers(4.0, seed=9)
    assert loss(logits / heat, classes) < 0.7 * loss(logits, classes)


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
