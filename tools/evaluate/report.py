"""The report of an evaluation: its figures, its JSON, and its tables on a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tools.evaluate.contenders import DEFAULT
from tools.evaluate.datasets import By
from tools.evaluate.metrics import BOOTSTRAP_SEED, CONFIDENCE, RESAMPLES, Estimate
from tools.evaluate.ranking import Cost
from tools.evaluate.verdicts import VERDICT_METRICS
from tools.output import counted, note, say, table

VERSION = 1

Estimates = Mapping[str, Estimate]
"""By metric."""

_BOTH = {"no_match": "none", "exact_in_100": "C100"}
_COLUMNS = {
    "precision_at_10": {
        "precision_at_1": "P@1",
        "precision_at_10": "P@10",
        "average_precision": "mAP",
        "hit_at_5": "hit@5",
        **_BOTH,
    },
    "hit_at_10": {
        "hit_at_1": "hit@1",
        "hit_at_5": "hit@5",
        "hit_at_10": "hit@10",
        "reciprocal_rank": "MRR",
        **_BOTH,
    },
}
"""By headline, what tells something: with one right product P@1 is hit@1, and mAP is MRR."""

_REFUSED_SHOWN = 3


def headline(*, several: bool) -> str:
    """The metric that tells most where a query has `several` right products, or only one."""
    return "precision_at_10" if several else "hit_at_10"


@dataclass(frozen=True, slots=True)
class Facts:
    """The data that were measured with; `copies` are queries whose very bytes are a product's picture too.

    `sightless` pictures were recognized but have no vector, for the encoder refused them.
    `milliseconds` is the median time to look at one picture.
    """

    name: str
    by: By
    leave_one_out: bool
    several: bool
    """True where a query has more than one right product."""
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
class StrategyRow:
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
class EvaluationReport:
    """The rows in the order they were given, the yardstick first and the bound last."""

    facts: Facts
    rows: Sequence[StrategyRow]
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
            "intervals": {"confidence": CONFIDENCE, "resamples": RESAMPLES, "seed": BOOTSTRAP_SEED},
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
        "answers": {
            name: [{"product": hit.product, "right": hit.right, "shared": list(hit.shared)} for hit in hits]
            for name, hits in example.answers.items()
        },
    }


def show(report: EvaluationReport) -> None:
    """Print one table, per cent with 95 % intervals below, and what to know about the data."""
    columns, products = _COLUMNS[report.headline], counted(report.facts.products, "product")
    gain = f"{columns[report.headline]}\ngained"
    say(_about(report.facts))
    say()
    table(
        ("strategy", *columns.values(), gain, "bytes", "asks", "ms"),
        [_cells(row, tuple(columns), report.headline) for row in report.rows],
    )
    say("Per cent, with 95 % intervals over queries. none: shares nothing. gained: points, on the first row.")
    say("C100: of the exact cosine's first ten, how many are among the first 100 hits before re-ranking.")
    say("bytes: added to a record. asks: filters of a query. ms: a query takes beside Algolia.")
    say(f"{DEFAULT}: what is deployed when no setting says otherwise, for {products}.")
    _show_verdicts([row for row in report.rows if row.metrics[VERDICT_METRICS[0]].known])
    for line in _warnings(report.facts):
        note(line)


def _show_verdicts(rows: Sequence[StrategyRow]) -> None:
    """Print one more table where hits were judged."""
    if not rows:
        return
    say()
    names = [name.replace("_", "\n", 1).replace("_", " ") for name in VERDICT_METRICS]
    cells = [(row.name, *(_cell(row.metrics[metric]) for metric in VERDICT_METRICS)) for row in rows]
    table(("strategy", *names), cells)
    say("Per cent of ten hits, by verdict; similar: or very similar. held back: only less similar, for want")
    say("of a label that the recognizer is sure of.")


def _about(facts: Facts) -> str:
    right = "the same category" if facts.by == "category" else "the same product"
    return (
        f"{facts.name}: {counted(facts.queries, 'query picture')}, {counted(facts.products, 'product')},"
        f" right is {right}; {facts.milliseconds:.0f} ms to look at a picture"
    )


def _cells(row: StrategyRow, metrics: tuple[str, ...], headline: str) -> tuple[str, ...]:
    size, gain = row.cost.record_bytes, row.gain[headline]
    costs = (f"{size or 0:,.0f}", f"{row.cost.filters:.0f}", f"{row.cost.own_ms:.1f}")
    return (
        row.name,
        *(_cell(row.metrics[metric]) for metric in metrics),
        f"{100 * gain.value:+.1f}\n{100 * gain.low:+.0f} {100 * gain.high:+.0f}",
        *(("-",) * len(costs) if size is None else costs),
    )


def _cell(estimate: Estimate) -> str:
    if not estimate.known:
        return "-"
    return f"{100 * estimate.value:.1f}\n{100 * estimate.low:.0f}-{100 * estimate.high:.0f}"


def _warnings(facts: Facts) -> Iterator[str]:
    if facts.unanswerable:
        yield f"{counted(facts.unanswerable, 'query picture')} left out: nothing right is in the gallery."
    if facts.copies:
        yield f"{counted(facts.copies, 'query picture')} also shown by a product: too easy to find."
    if facts.sightless:
        yield f"{counted(facts.sightless, 'picture')} without a vector: only the recognizer took them."
    if facts.refused:
        yield f"{counted(len(facts.refused), 'picture')} left out, for nobody can read them:"
    for path, reason in list(facts.refused.items())[:_REFUSED_SHOWN]:
        yield f"  {path}: {reason}"
