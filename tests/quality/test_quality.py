"""Retrieval does not get worse: figures on the demo's catalog, and on `EVAL_DATA` where it is set.

`baseline.json` holds what was measured of each set and strategy, and how much less passes. `python -m
tests.quality` measures anew and writes it. What is promised of the default is checked on the baseline.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.quality.measuring import BASELINE, measured
from tests.quality.sets import SETS

KNOWN = json.loads(BASELINE.read_text(encoding="utf-8"))
LEAST = {"clothing": 0.97, "grocery": 0.95, "eshop": 0.97}
"""The share of the exact cosine's figure that the default has to reach."""


@pytest.mark.parametrize("name", SETS)
def test_no_figure_drops(name: str, tmp_path: Path) -> None:
    found, known = measured(name, tmp_path), KNOWN["sets"][name]
    worse = {
        (kind, strategy): (value, known[kind][strategy])
        for kind, values in found.items()
        for strategy, value in values.items()
        if value < known[kind][strategy] - KNOWN["tolerance"]
    }
    assert worse == {}
    assert {kind: [*values] for kind, values in found.items()} == {kind: [*known[kind]] for kind in known}


@pytest.mark.parametrize("name", LEAST)
def test_the_default_comes_close_to_the_exact_vectors_and_beats_the_guide(name: str) -> None:
    figures = KNOWN["sets"][name]["figures"]
    assert figures["default"] >= LEAST[name] * figures["exact cosine"]
    assert figures["default"] > figures["guide"]


def test_of_photos_of_clothes_the_default_finds_much_more_than_the_guide() -> None:
    figures = KNOWN["sets"]["clothing"]["figures"]
    assert figures["default"] >= 1.3 * figures["guide"]


def test_with_many_words_nearly_all_that_is_nearest_can_be_re_ranked() -> None:
    assert KNOWN["sets"]["clothing"]["candidates"]["full"] >= 0.95
