"""Retrieval does not get worse: figures on the demo's catalog, and on `EVAL_DATA` where it is set.

`baseline.json` holds what was measured of each set and strategy, and how much less passes. `python -m
tests.quality` measures anew and writes it. What is promised of the default is checked on the baseline.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.quality.measuring import BASELINE, measured
from tests.quality.sets import SETS

KNOWN = json.loads(BASELINE.read_text(encoding="utf-8"))


class Promise(NamedTuple):
    """The least of the default: times the exact cosine, its first hits, the guide, and of what is nearest."""

    exact: float
    first: float = 0.95
    guide: float = 1.0
    candidates: float = 0.99


PROMISED = {
    "clothing": Promise(exact=0.96, guide=1.3),
    "grocery": Promise(exact=0.97, first=0.92),
    "eshop": Promise(exact=0.98),
    "fashion": Promise(exact=1.1, first=1.25),
}


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


@pytest.mark.parametrize("name", PROMISED)
def test_the_default_keeps_up_with_an_exact_vector_search_and_beats_the_guide(name: str) -> None:
    known, promised = KNOWN["sets"][name], PROMISED[name]
    for kind, least in (("figures", promised.exact), ("first", promised.first)):
        assert known[kind]["default"] >= least * known[kind]["exact cosine"]
    assert known["figures"]["default"] > promised.guide * known["figures"]["guide"]


@pytest.mark.parametrize("name", PROMISED)
def test_nearly_all_that_is_nearest_can_be_re_ranked(name: str) -> None:
    assert KNOWN["sets"][name]["candidates"]["default"] >= PROMISED[name].candidates
