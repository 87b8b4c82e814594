"""From what each strategy did to what is worth telling: means with intervals, gains, and telling examples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tools.evaluate import cosine
from tools.evaluate.bootstrap import estimates
from tools.evaluate.contenders import Contender
from tools.evaluate.datasets import Dataset
from tools.evaluate.metrics import METRICS, Values, column, rows_of
from tools.evaluate.ranking import Found, Question
from tools.evaluate.report import Estimates, Example, Facts, Report, Row, Shown, headline
from tools.evaluate.running import Judge, Run
from tools.evaluate.seeing import Seen

EXAMPLES = 5
"""Queries shown, of different categories."""

_BOUND = (
    "Every product compared with the photo by its full vector: what visual words and codes come close to."
)


@dataclass(frozen=True, slots=True)
class Material:
    """All there is to sum up; each run has a row for each question."""

    dataset: Dataset
    seen: Seen
    questions: Sequence[Question]
    judge: Judge
    runs: Sequence[Run]


def summed_up(material: Material, contenders: Sequence[Contender]) -> Report:
    """Sum up, in the order of the runs."""
    groups = rows_of([question.item.category for question in material.questions])
    if len(groups) == 1:
        groups = {}
    abouts = {contender.name: contender.about for contender in contenders} | {cosine.NAME: _BOUND}
    rows = [_row(each, abouts[each.name], material.runs[0], groups) for each in material.runs]
    wants_vectors = any(contender.likeness.sees_vectors for contender in contenders)
    facts = _facts(material, groups, _sightless(material.seen) if wants_vectors else 0)
    return Report(facts, rows, list(map(partial(_example, material), _telling(material))))


def _sightless(seen: Seen) -> int:
    return sum(look.vector is None for look in seen.looks.values())


def _facts(material: Material, groups: Mapping[str, NDArray[np.intp]], sightless: int) -> Facts:
    dataset, seen = material.dataset, material.seen
    return Facts(
        name=dataset.name,
        by=dataset.by,
        leave_one_out=dataset.leave_one_out,
        several=_several(dataset),
        products=len(dataset.gallery),
        queries=len(material.questions),
        unanswerable=dataset.unanswerable,
        copies=_copies(dataset, seen.contents),
        sightless=sightless,
        milliseconds=seen.milliseconds,
        refused={str(path): reason for path, reason in seen.refused.items()},
        categories={name: len(rows) for name, rows in groups.items()},
    )


def _several(dataset: Dataset) -> bool:
    """Whether any query has more than one right product; one that is left out counts as well."""
    rightful = dataset.rightful()
    return any(rightful[dataset.wanted(query)] > 1 for query in dataset.queries)


def _copies(dataset: Dataset, contents: Mapping[Path, str]) -> int:
    """Queries whose very bytes are another picture of the gallery: they are found without being alike."""
    there = {picture for item in dataset.gallery for picture in item.pictures}
    digests = Counter(contents[picture] for picture in there)
    asked = [picture for item in dataset.queries for picture in item.pictures]
    return sum(digests[contents[picture]] > (picture in there) for picture in asked)


def _row(run: Run, about: str, first: Run, groups: Mapping[str, NDArray[np.intp]]) -> Row:
    return Row(
        name=run.name,
        about=about,
        metrics=_estimated(run.values),
        gain=_estimated(run.values - first.values),
        categories={name: _estimated(run.values[rows]) for name, rows in groups.items()},
        cost=run.cost,
    )


def _estimated(values: Values) -> Estimates:
    return dict(zip(METRICS, estimates(values), strict=True))


def _telling(material: Material) -> list[int]:
    """Numbers of the queries where strategies differ most, one of each category or product."""
    dataset, runs = material.dataset, [run for run in material.runs if run.name != cosine.NAME]
    metrics = (headline(several=_several(dataset)), "average_precision")
    spreads = [np.ptp([column(run.values, metric) for run in runs], axis=0) for metric in metrics]
    chosen: dict[str, int] = {}
    for number in np.lexsort(spreads[::-1])[::-1].tolist():
        if spreads[1][number] > 0:
            chosen.setdefault(dataset.wanted(material.questions[number].item), number)
    return list(chosen.values())[:EXAMPLES]


def _example(material: Material, number: int) -> Example:
    pictures = {item.id: item.pictures[0] for item in material.dataset.gallery}
    question = material.questions[number]

    def shown(found: Found) -> Shown:
        right = material.judge.right(question, found.id)
        return Shown(found.id, pictures[found.id], right, found.shared)

    return Example(
        picture=question.item.pictures[0],
        wanted=material.dataset.wanted(question.item),
        answers={run.name: [shown(found) for found in run.first[number]] for run in material.runs},
    )
