"""The report on a terminal."""

from __future__ import annotations

from tools.evaluate.bootstrap import Estimate
from tools.evaluate.contenders import DEFAULT
from tools.evaluate.report import Facts, Report, Row
from tools.output import counted, note, say, table

_COLUMNS: dict[str, dict[str, str]] = {
    "precision_at_10": {
        "precision_at_1": "P@1",
        "precision_at_10": "P@10",
        "average_precision": "mAP",
        "hit_at_5": "hit@5",
        "no_match": "none",
        "exact_in_100": "C100",
    },
    "hit_at_10": {
        "hit_at_1": "hit@1",
        "hit_at_5": "hit@5",
        "hit_at_10": "hit@10",
        "reciprocal_rank": "MRR",
        "no_match": "none",
        "exact_in_100": "C100",
    },
}
"""By headline, what tells something: with one right product P@1 is hit@1, and mAP is MRR."""

_REFUSED_SHOWN = 3


def show(report: Report) -> None:
    """Print one table, per cent with 95 % intervals below, and what to know about the data."""
    columns, products = _COLUMNS[report.headline], counted(report.facts.products, "product")
    gain = f"{columns[report.headline]}\ngained"
    say(_about(report.facts))
    say()
    table(
        ("strategy", *columns.values(), gain, "bytes", "asks", "ms"),
        [_cells(row, tuple(columns), report.headline) for row in report.rows],
    )
    say(
        "Per cent, with 95 % intervals over queries. none: no visual match. gained: points, on the first row."
    )
    say("C100: of the exact cosine's first ten, how many are among the first 100 hits before re-ranking.")
    say("bytes: added to a record. asks: filters of a query. ms: a query takes beside Algolia.")
    say(f"{DEFAULT}: what is deployed when no setting says otherwise, for {products}.")
    for line in _warnings(report.facts):
        note(line)


def _about(facts: Facts) -> str:
    right = "the same category" if facts.by == "category" else "the same product"
    return (
        f"{facts.name}: {counted(facts.queries, 'query picture')}, {counted(facts.products, 'product')},"
        f" right is {right}; {facts.milliseconds:.0f} ms to look at a picture"
    )


def _cells(row: Row, metrics: tuple[str, ...], headline: str) -> tuple[str, ...]:
    size = row.cost.record_bytes
    gain = row.gain[headline]
    return (
        row.name,
        *(_cell(row.metrics[metric]) for metric in metrics),
        f"{100 * gain.value:+.1f}\n{100 * gain.low:+.0f} {100 * gain.high:+.0f}",
        "-" if size is None else f"{size:,.0f}",
        "-" if size is None else f"{row.cost.filters:.0f}",
        "-" if size is None else f"{row.cost.own_ms:.1f}",
    )


def _cell(estimate: Estimate) -> str:
    if not estimate.known:
        return "-"
    return f"{100 * estimate.value:.1f}\n{100 * estimate.low:.0f}-{100 * estimate.high:.0f}"


def _warnings(facts: Facts) -> list[str]:
    said = []
    if facts.unanswerable:
        said.append(
            f"{counted(facts.unanswerable, 'query picture')} left out: nothing right is in the gallery."
        )
    if facts.copies:
        said.append(f"{counted(facts.copies, 'query picture')} also shown by a product: too easy to find.")
    if facts.sightless:
        said.append(f"{counted(facts.sightless, 'picture')} without a vector: only the recogniser took them.")
    if facts.refused:
        said.append(f"{counted(len(facts.refused), 'picture')} left out, for nobody can read them:")
        said += [f"  {path}: {reason}" for path, reason in list(facts.refused.items())[:_REFUSED_SHOWN]]
    return said
