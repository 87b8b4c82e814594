"""Figures of every strategy on a set, by the real evaluation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.quality.sets import SETS
from tools.evaluate.contenders import contenders
from tools.evaluate.evaluation import evaluate
from tools.evaluate.report import EvaluationReport
from tools.evaluate.sight import any_sight
from tools.output import Told

BASELINE = Path(__file__).with_name("baseline.json")
DIGITS = 3

Figures = Mapping[str, float]
"""By strategy."""


def measured(name: str, folder: Path) -> dict[str, Figures]:
    """Measure one set, with the shipped defaults.

    `figures` are the headline, or the mean reciprocal rank where all reach that; `first` is how often the
    first hit is right; `candidates` the share of the ten products with the nearest vectors among the hits
    that re-ranking sees, for strategies with vectors.
    """
    dataset, sight = SETS[name](folder), any_sight({})
    entered = contenders(sight.settings, sight.encoder)
    report = evaluate(dataset, entered, sight.eyes(whole=True), quietly)
    return {
        "figures": _by_strategy(report, "reciprocal_rank" if name == "demo" else report.headline),
        "first": _by_strategy(report, "hit_at_1"),
        "candidates": _by_strategy(report, "exact_in_100"),
    }


def _by_strategy(report: EvaluationReport, metric: str) -> Figures:
    known = {row.name: row.metrics[metric] for row in report.rows}
    return {name: round(each.value, DIGITS) for name, each in known.items() if each.known}


@contextmanager
def quietly(what: str, total: int) -> Iterator[Told]:
    del what, total
    yield lambda _: None
