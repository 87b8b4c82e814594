"""What came of an evaluation; its JSON keeps its keys as long as `VERSION` stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.evaluate.bootstrap import CONFIDENCE, RESAMPLES, SEED, Estimate
from tools.evaluate.datasets import By
from tools.evaluate.running import Cost

VERSION = 1

Estimates = Mapping[str, Estimate]
"""By metric."""


def headline(*, several: bool) -> str:
    """The metric that tells most where a query has `several` right products, or only one."""
    return "precision_at_10" if several else "hit_at_10"


@dataclass(frozen=True, slots=True)
class Facts:
    """What was measured with; `copies` are queries whose very bytes are a product's picture too.

    `sightless` pictures were recognised but have no vector, for the encoder refused them.
    `milliseconds` is the median time to look at one picture.
    """

    name: str
    by: By
    leave_one_out: bool
    several: bool
    """Whether any query has more than one right product."""
    products: int
    queries: int
    unanswerable: int
    copies: int
    sightless: int
    milliseconds: float
    refused: Mapping[str, str]
    categories: Mapping[str, int]
    """Queries of each category; empty where there is only one."""


@dataclass(frozen=True, slots=True)
class Row:
    """One strategy; `gain` is what it has more than the first row, query by query."""

    name: str
    about: str
    metrics: Estimates
    gain: Estimates
    categories: Mapping[str, Estimates]
    cost: Cost


@dataclass(frozen=True, slots=True)
class Shown:
    """A hit of an example."""

    product: str
    picture: Path
    right: bool
    shared: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Example:
    """A query that strategies answer differently, with the first hits by strategy."""

    picture: Path
    wanted: str
    answers: Mapping[str, Sequence[Shown]]


@dataclass(frozen=True, slots=True)
class Report:
    """The rows in the order they were given, the yardstick first and the bound last."""

    facts: Facts
    rows: Sequence[Row]
    examples: Sequence[Example]

    @property
    def headline(self) -> str:
        """The metric to compare by: how much of the first page is right, or whether the product is on it."""
        return headline(several=self.facts.several)

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
            "intervals": {"confidence": CONFIDENCE, "resamples": RESAMPLES, "seed": SEED},
            "headline": self.headline,
            "msPerPicture": round(facts.milliseconds, 2),
            "strategies": [_row_as_json(row) for row in self.rows],
            "examples": [_example_as_json(example) for example in self.examples],
        }


def _row_as_json(row: Row) -> dict[str, Any]:
    size = row.cost.record_bytes
    return {
        "name": row.name,
        "about": row.about,
        "metrics": _estimates_as_json(row.metrics),
        "gain": _estimates_as_json(row.gain),
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
        metric: {
            name: round(number, 5) if estimate.known else None
            for name, number in (("value", estimate.value), ("low", estimate.low), ("high", estimate.high))
        }
        for metric, estimate in estimates.items()
    }


def _example_as_json(example: Example) -> dict[str, Any]:
    return {
        "picture": str(example.picture),
        "wanted": example.wanted,
        "answers": {
            name: [{"product": hit.product, "right": hit.right, "shared": list(hit.shared)} for hit in hits]
            for name, hits in example.answers.items()
        },
    }
