"""Retrieval does not get worse: figures on the demo's catalogue, and on `EVAL_DATA` where it is set.

`baseline.json` holds the figure of each set and strategy that was measured, and how much less passes.
`python -m tests.quality` measures anew and writes it.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.quality.measuring import BASELINE, figures
from tests.quality.sets import SETS

KNOWN = json.loads(BASELINE.read_text(encoding="utf-8"))
LEAST = {"clothing": 0.97, "grocery": 0.95, "eshop": 0.97}
"""The share of the exact cosine's figure that the best strategy has to reach."""


@pytest.mark.parametrize("name", SETS)
def test_no_figure_drops(name: str, tmp_path: Path) -> None:
    measured = figures(name, tmp_path)
    known = KNOWN["figures"][name]
    assert measured.keys() == known.keys()
    worse = {
        strategy: (value, known[strategy])
        for strategy, value in measured.items()
        if value < known[strategy] - KNOWN["tolerance"]
    }
    assert worse == {}


@pytest.mark.parametrize("name", LEAST)
def test_the_best_strategy_comes_close_to_the_exact_vectors_and_beats_the_guide(name: str) -> None:
    known = KNOWN["figures"][name]
    assert known["words-full+code"] >= LEAST[name] * known["exact cosine"]
    assert known["words-full+code"] > known["guide"]
