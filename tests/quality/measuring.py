"""Headline figures of every strategy on a set, by the real evaluation."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from devstack.environment import MODEL
from tests.quality.sets import SETS
from tools.evaluate.contenders import contenders
from tools.evaluate.evaluation import evaluate
from tools.evaluate.looking import eyes
from tools.output import Told

BASELINE = Path(__file__).with_name("baseline.json")
DIGITS = 3


def figures(name: str, folder: Path) -> dict[str, float]:
    """One figure by strategy: the headline, or the mean reciprocal rank where all reach that."""
    looking = eyes({"LABELER": "embedded", "EMBEDDED_MODEL": str(MODEL)})
    report = evaluate(SETS[name](folder), contenders(looking.steps, looking.tag), looking.see, _quietly)
    metric = "reciprocal_rank" if name == "demo" else report.headline
    return {row.name: round(row.metrics[metric].value, DIGITS) for row in report.rows}


@contextmanager
def _quietly(what: str, total: int) -> Iterator[Told]:
    del what, total
    yield lambda _: None
