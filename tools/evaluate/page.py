"""The report as one page of HTML: no script, nothing loaded from elsewhere, readable on a phone."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from shared.imaging import Picture
from shared.imaging.opening import product_opener
from tools.evaluate.advice import advice, summary
from tools.evaluate.contenders import DEFAULT
from tools.evaluate.cosine import COSINE
from tools.evaluate.report import EvaluationReport
from tools.output import counted

_SIDE = 144

_FOLDER = Path(__file__).with_name("page_files")

METRICS = {
    "hit_at_1": ("P@1", "How often the first product shown is right; the same as hit@1."),
    "precision_at_10": ("P@10", "How many of the first ten products shown are right."),
    "average_precision": (
        "mAP",
        "How near to the top all right products stand: 100 when they come before every wrong one.",
    ),
    "hit_at_5": ("hit@5", "How often a right product is among the first five."),
    "hit_at_10": ("hit@10", "How often a right product is among the first ten."),
    "reciprocal_rank": (
        "MRR",
        "How high the first right product stands: 100 for the first place, 50 for the second and so on.",
    ),
    "no_match": (
        "no match",
        "How often the first product shown has nothing in common with the photo. Less is better.",
    ),
    "exact_in_100": (
        "C100",
        "How many of the ten products nearest by their vectors are among the hits that are put in order.",
    ),
}
"""The name of each metric, and what it says in plain words."""

_WORST = 8
"""Categories shown."""


@lru_cache(maxsize=512)
def thumbnail(picture: Path) -> str:
    """Return a `data:` address of the picture as a small JPEG, upright, on white; raises as opening does."""
    small = product_opener().raster(Picture(picture.read_bytes()), _SIDE)
    return f"data:image/jpeg;base64,{base64.b64encode(small.jpeg()).decode()}"


@dataclass(frozen=True, slots=True)
class _Category:
    name: str
    queries: int
    first: float
    best: float


def page(report: EvaluationReport) -> str:
    """Write the page; pictures become small JPEGs inside it."""
    loader = FileSystemLoader(_FOLDER)
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"thumbnail": thumbnail, "counted": counted}
    return environment.get_template("page.html").render(
        report=report,
        facts=report.facts,
        first=report.rows[0],
        main=report.main,
        summary=summary(report),
        advice=advice(report),
        metrics=METRICS,
        headline=report.headline,
        bound=COSINE,
        default=DEFAULT,
        worst=_worst(report),
    )


def _worst(report: EvaluationReport) -> list[_Category]:
    """The categories that the deployed strategy is worst at."""
    first, main, metric = report.rows[0], report.main, report.headline
    found = [
        _Category(name, queries, first.categories[name][metric].value, main.categories[name][metric].value)
        for name, queries in report.facts.categories.items()
    ]
    return sorted(found, key=lambda each: (each.best, each.first, each.name))[:_WORST]
