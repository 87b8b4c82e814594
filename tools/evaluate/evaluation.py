"""The evaluation: let every contender answer every query, and sum up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean

import numpy as np
from numpy.typing import NDArray

from shared.model import Appearance
from tools.evaluate.contenders import Contender
from tools.evaluate.cosine import COSINE, CosineFinder, by_vector, by_whole
from tools.evaluate.datasets import Dataset
from tools.evaluate.examples import examples
from tools.evaluate.finders import IndexFinder
from tools.evaluate.metrics import METRICS, Clusters, Values, clusters_of, estimates, rows_of
from tools.evaluate.preparing import Prepared, prepared
from tools.evaluate.ranking import ProductFinder, RankingJudge, Run, run
from tools.evaluate.report import Estimates, EvaluationReport, Facts, StrategyRow, headline, main_row
from tools.evaluate.seeing import See
from tools.evaluate.verdicts import VerdictRule
from tools.output import ShowProgress

_BOUND = "All numbers of the network compared, as an exact vector search beside Algolia would."


def evaluate(
    dataset: Dataset,
    contenders: Sequence[Contender],
    see: See,
    progress: ShowProgress,
    rule: VerdictRule | None = None,
) -> EvaluationReport:
    """Measure every contender, the first being what the others are compared with, and the exact cosine.

    First hits get the verdicts of the `rule`. Raises as `prepared` does.
    """
    ready = prepared(dataset, see, progress)
    if any(look.vector for look in ready.products.values()):
        vectors = CosineFinder({id_: look.vector for id_, look in ready.products.items()}, by_vector)
        told = [replace(question, nearest=vectors.nearest(question)) for question in ready.questions]
        ready = replace(ready, questions=told)
    judge, runs = RankingJudge(ready.dataset), list[Run]()
    for finder in _finders(contenders, ready, rule):
        with progress(f"Queries put to {finder.name}:", len(ready.questions)) as told_so_far:
            runs.append(run(finder, ready.questions, judge, told_so_far))
    calibrated = rule.calibrated if rule else False
    return summed_up(Material(ready, judge, runs), contenders, calibrated=calibrated)


def _finders(
    contenders: Sequence[Contender], ready: Prepared, rule: VerdictRule | None
) -> Iterator[ProductFinder]:
    """One at a time, so that one index at a time is in memory."""
    for each in contenders:
        yield IndexFinder(each.name, each.likeness, ready.products, rule, tells_whose=each.tells_whose)
    if any(whole is not None for whole in ready.wholes.values()):
        yield CosineFinder(ready.wholes, by_whole)


@dataclass(frozen=True, slots=True)
class Material:
    """All there is to sum up; each run has a row for each question."""

    ready: Prepared
    judge: RankingJudge
    runs: Sequence[Run]


def summed_up(
    material: Material, contenders: Sequence[Contender], *, calibrated: bool = False
) -> EvaluationReport:
    """Sum up, in the order of the runs; photos of one product are witnesses together."""
    ready, runs = material.ready, material.runs
    groups = rows_of([question.item.category for question in ready.questions])
    if len(groups) == 1:
        groups = {}
    clusters = clusters_of([question.item.id for question in ready.questions])
    abouts = {contender.name: contender.about for contender in contenders} | {COSINE: _BOUND}
    bound = next((run.values for run in runs if run.name == COSINE), None)
    summing = _Summing(runs[0].values, bound, groups, clusters)
    rows = [summing.row(each, abouts[each.name]) for each in runs]
    sees = any(contender.likeness.sees_vectors for contender in contenders)
    blind = [looks for looks in ready.seen.looks.values() if not all(map(_has_vector, looks.by_use.values()))]
    facts = replace(
        _facts(ready, groups),
        sightless=len(blind) if sees else 0,
        encodes=bound is not None,
        calibrated=calibrated,
        witnesses=len({*clusters.tolist()}),
        ceiling=_ceiling(ready.dataset),
    )
    main = main_row(rows, headline(several=facts.several))
    shown = next(each for each in runs if each.name == main.name)
    chosen = examples(ready, material.judge, shown, headline(several=facts.several))
    return EvaluationReport(facts, rows, chosen)


def _has_vector(look: Appearance) -> bool:
    return look.vector is not None


def _facts(ready: Prepared, groups: Mapping[str, NDArray[np.intp]]) -> Facts:
    dataset, seen = ready.dataset, ready.seen
    return Facts(
        name=dataset.name,
        by=dataset.by,
        leave_one_out=dataset.leave_one_out,
        several=_several(dataset),
        products=len(dataset.gallery),
        queries=len(ready.questions),
        single=sum(len(item.pictures) == 1 for item in dataset.gallery),
        unanswerable=dataset.unanswerable,
        copies=_copies(dataset, seen.contents),
        milliseconds=seen.milliseconds,
        refused={str(path): reason for path, reason in seen.refused.items()},
        categories={name: len(rows) for name, rows in groups.items()},
    )


def _several(dataset: Dataset) -> bool:
    """True where a query has more than one right product; one that is left out counts as well."""
    rightful = dataset.rightful()
    return any(rightful[dataset.wanted(query)] > 1 for query in dataset.queries)


def _ceiling(dataset: Dataset) -> float:
    rightful, alone = dataset.rightful(), dataset.leave_one_out and dataset.by == "category"
    return fmean(min(10, rightful[dataset.wanted(query)] - alone) / 10 for query in dataset.queries)


def _copies(dataset: Dataset, contents: Mapping[Path, str]) -> int:
    """Queries whose very bytes the gallery has, but for their own place in it: found without being alike."""
    there = {picture for item in dataset.gallery for picture in item.pictures}
    digests = Counter(contents[picture] for picture in there)
    asked = [picture for item in dataset.queries for picture in item.pictures]
    return sum(digests[contents[picture]] > dataset.leave_one_out for picture in asked)


@dataclass(frozen=True, slots=True)
class _Summing:
    """Rows of a report, compared with the `first` strategy and with the exact cosine, the `bound`."""

    first: Values
    bound: Values | None
    groups: Mapping[str, NDArray[np.intp]]
    clusters: Clusters

    def row(self, run: Run, about: str) -> StrategyRow:
        """Sum up one run."""
        every = np.arange(len(run.values))
        return StrategyRow(
            run.name,
            about,
            metrics=self._estimated(run.values, every),
            gain=self._estimated(run.values - self.first, every, -1),
            beyond=None if self.bound is None else self._estimated(run.values - self.bound, every, -1),
            categories={name: self._estimated(run.values, rows) for name, rows in self.groups.items()},
            cost=run.cost,
        )

    def _estimated(self, values: Values, rows: NDArray[np.intp], least: float = 0) -> Estimates:
        return dict(zip(METRICS, estimates(values[rows], self.clusters[rows], least=least), strict=True))
