"""The ranges that the embedded model's integers stand for are those of real pictures."""

from __future__ import annotations

import json
from collections.abc import Sequence

from devstack.environment import SAMPLE
from tools.embedded_model.measures import RANGES, ranges_on, views_of


def within(known: Sequence[float], low: float, high: float) -> bool:
    return known[0] - 1e-3 <= low and high <= known[1] + 1e-3


def test_the_ranges_are_those_of_the_samples_pictures() -> None:
    known = json.loads(RANGES.read_text(encoding="utf-8"))
    found = ranges_on(views_of(SAMPLE / "pictures")[:3])
    assert {name for name, (low, high) in found.items() if not within(known[name], low, high)} == set()
