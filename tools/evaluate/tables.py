"""The tables of a report on a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tools.evaluate.contenders import DEFAULT
from tools.evaluate.metrics import Estimate
from tools.evaluate.report import EvaluationReport, Facts, StrategyRow
from tools.evaluate.verdicts import VERDICT_METRICS
from tools.output import counted, note, say, table

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


def show(report: EvaluationReport) -> None:
    """Print one table, per cent with 95 % intervals below, and what to know about the data."""
    columns = _COLUMNS[report.headline]
    gain = f"{columns[report.headline]}\ngained"
    say(_about(report.facts))
    say()
    table(
        ("strategy", *columns.values(), gain, "bytes", "asks", "ms"),
        [_cells(row, tuple(columns), report.headline) for row in report.rows],
    )
    say(f"Per cent, with 95 % intervals over {report.facts.over}. none: shares nothing.")
    say("gained: points, on the first row. C100: of the ten products nearest by their vectors, how many are")
    say("among the first hits, which re-ranking puts in order. exact cosine: of all numbers of the network.")
    say("bytes: added to a record. asks: filters of a query. ms: a query takes beside Algolia.")
    say(f"{DEFAULT}: what is deployed with the settings that are given; without any, what is shipped.")
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
