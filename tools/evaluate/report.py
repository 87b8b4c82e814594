"""The report of an evaluation: its figures, and its JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tools.evaluate.contenders import DEFAULT
from tools.evaluate.cosine import COSINE
from tools.evaluate.datasets import By
from tools.evaluate.metrics import BOOTSTRAP_SEED, CONFIDENCE, RESAMPLES, Estimate
from tools.evaluate.ranking import Cost
from tools.output import counted

VERSION = 2

Estimates = Mapping[str, Estimate]
"""By metric."""


def headline(*, several: bool) -> str:
    """The metric that tells most where a query has `several` right products, or only one."""
    return "precision_at_10" if several else "hit_at_10"


@dataclass(frozen=True, slots=True)
class Facts:
    """The data that were measured with; `copies` are queries whose very bytes are a product's picture too.

    `sightless` pictures were recognized but have no vector, for the encoder refused them; `single` products
    have one picture. `milliseconds` is the median time to look at one picture. `witnesses` are the products
    that queries show, or the queries where nobody knows their products: intervals are over them. `ceiling` is
    the share of the first ten hits that could be right: few products may be.
    """

    name: str
    by: By
    leave_one_out: bool
    several: bool
    """True where a query has more than one right product."""
    products: int
    queries: int
    single: int
    unanswerable: int
    copies: int
    milliseconds: float
    refused: Mapping[str, str]
    categories: Mapping[str, int]
    """Queries of each category; empty where there is only one."""
    sightless: int = 0
    encodes: bool = False
    calibrated: bool = False
    witnesses: int = 0
    ceiling: float = 1.0

    @property
    def over(self) -> str:
        """The things that intervals are over, for people."""
        return (
            "query pictures"
            if self.witnesses == self.queries
            else f"the {counted(self.witnesses, 'product')} asked for"
        )


@dataclass(frozen=True, slots=True)
class StrategyRow:
    """One strategy; `gain` is what it has more than the first row, query by query.

    `beyond` is what it has more than the exact cosine, None without one.
    """

    name: str
    about: str
    metrics: Estimates
    gain: Estimates
    beyond: Estimates | None
    categories: Mapping[str, Estimates]
    cost: Cost


def main_row(rows: Sequence[StrategyRow], metric: str) -> StrategyRow:
    """The strategy that is deployed, else that which is best by the metric; the exact cosine is none.

    The first, which the others are compared with, only where it is alone.
    """
    strategies = [row for row in rows if row.name != COSINE]
    deployed = [row for row in strategies if row.name == DEFAULT]
    return max(deployed or strategies[1:] or strategies, key=lambda row: row.metrics[metric].value)


@dataclass(frozen=True, slots=True)
class Shown:
    """A hit of an example."""

    product: str
    picture: Path
    right: bool
    shared: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Example:
    """A query and its first hits; `sought` is a picture of the very product, where it is known.

    `place` is that of the first right product, and `right` are so many of the first ten.
    """

    picture: Path
    wanted: str
    sought: Path | None
    place: int | None
    right: int
    hits: Sequence[Shown]


@dataclass(frozen=True, slots=True)
class EvaluationReport:
    """The rows in the order they were given, the yardstick first and the bound last."""

    facts: Facts
    rows: Sequence[StrategyRow]
    examples: Sequence[Example]

    @property
    def headline(self) -> str:
        """The metric to compare by: how much of the first page is right, or whether the product is on it."""
        return headline(several=self.facts.several)

    @property
    def main(self) -> StrategyRow:
        """The row that the examples are of, see `main_row`."""
        return main_row(self.rows, self.headline)

    def as_json(self) -> dict[str, Any]:
        """Everything, for scripts; a number that was not measured is null."""
        facts = self.facts
        return {
            "version": VERSION,
            "dataset": {
                "name": facts.name,
                "by": facts.by,
                "leaveOneOut": facts.leave_one_out,
                "products": facts.products,
                "queries": facts.queries,
                "unanswerable": facts.unanswerable,
                "copies": facts.copies,
                "sightless": facts.sightless,
                "refused": dict(facts.refused),
                "categories": dict(facts.categories),
            },
            "intervals": {
                "confidence": CONFIDENCE,
                "resamples": RESAMPLES,
                "seed": BOOTSTRAP_SEED,
                "over": facts.over,
            },
            "headline": self.headline,
            "msPerPicture": round(facts.milliseconds, 2),
            "strategies": [_row_as_json(row) for row in self.rows],
            "examples": [_example_as_json(example) for example in self.examples],
        }


def _row_as_json(row: StrategyRow) -> dict[str, Any]:
    size = row.cost.record_bytes
    return {
        "name": row.name,
        "about": row.about,
        "metrics": _estimates_as_json(row.metrics),
        "gain": _estimates_as_json(row.gain),
        "beyondExactCosine": None if row.beyond is None else _estimates_as_json(row.beyond),
        "cost": {
            "recordBytes": None if size is None else round(size),
            "filtersPerQuery": round(row.cost.filters, 2),
            "ownMsPerQuery": round(row.cost.own_ms, 3),
            "localEngineMsPerQuery": round(row.cost.index_ms, 3),
        },
        "categories": {name: _estimates_as_json(each) for name, each in row.categories.items()},
    }


def _estimates_as_json(estimates: Estimates) -> dict[str, Any]:
    return {
        metric: {name: round(each, 5) if estimate.known else None for name, each in asdict(estimate).items()}
        for metric, estimate in estimates.items()
    }


def _example_as_json(example: Example) -> dict[str, Any]:
    return {
        "picture": str(example.picture),
        "wanted": example.wanted,
        "place": example.place,
        "hits": [
            {"product": hit.product, "right": hit.right, "shared": list(hit.shared)} for hit in example.hits
        ],
    }
