from __future__ import annotations

import math

import numpy as np
import pytest

from tests.unit.tools.teach.blobs import samples
from tools.teach.report import Confusion, Quality, measured
from tools.teach.teaching import HeldOut


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
