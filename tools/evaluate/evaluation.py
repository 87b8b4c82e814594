"""The evaluation: look at every picture, let every contender answer every query, and sum up."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from shared.catalog.record import merged
from shared.model import Appearance
from tools.evaluate import finders
from tools.evaluate.contenders import Contender
from tools.evaluate.datasets import SEED, Dataset, Item, checked
from tools.evaluate.finders import CosineFinder, IndexFinder
from tools.evaluate.metrics import METRICS, Values, column, estimates, rows_of
from tools.evaluate.ranking import ProductFinder, Question, RankedHit, RankingJudge, Run, run
from tools.evaluate.report import Estimates, EvaluationReport, Example, Facts, Shown, StrategyRow, headline
from tools.evaluate.seeing import See, SeenPictures, see_all
from tools.evaluate.verdicts import VerdictRule
from tools.output import ShowProgress

EXAMPLES = 5
"""Queries shown, of different categories."""

_BOUND = (
    "Every product compared with the photo by its full vector: what visual words and codes come close to."
)

Looks = Mapping[Path, Appearance]


@dataclass(frozen=True, slots=True)
class Prepared:
    """The products to find and the questions to ask, once every picture was looked at.

    `dataset` is without what nobody could read; `products` stand in the order that decides between equals.
    """

    dataset: Dataset
    seen: SeenPictures
    products: Mapping[str, Appearance]
    questions: Sequence[Question]


def prepared(dataset: Dataset, see: See, progress: ShowProgress, others: Sequence[Path] = ()) -> Prepared:
    """Look at every picture, at `others` too.

    Raises `ValueError` where nothing can be asked, and what `see` raises but for `Permanent`.
    """
    pictures = [*dataset.pictures(), *others]
    with progress("Pictures seen:", len(pictures)) as told:
        seen = see_all(pictures, see, told)
    visible = _visible(dataset, seen)
    questions = list(_questions(visible, seen.looks))
    if not questions:
        raise ValueError("no product has a second picture that can be read")
    return Prepared(visible, seen, _products(visible.gallery, seen.looks), questions)


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
    judge, runs, questions = RankingJudge(ready.dataset), list[Run](), ready.questions
    sees = any(look.vector is not None for look in ready.products.values())
    bound = CosineFinder(ready.products) if sees else None
    if bound:
        questions = [replace(question, nearest=bound.nearest(question)) for question in questions]
    for finder in _finders(contenders, ready.products, bound, rule):
        with progress(f"Queries put to {finder.name}:", len(questions)) as told:
            runs.append(run(finder, questions, judge, told))
    return summed_up(Material(ready, judge, runs), contenders)


def _visible(dataset: Dataset, seen: SeenPictures) -> Dataset:
    """The products and queries that are left without the pictures nobody could read."""

    def readable(items: Sequence[Item]) -> list[Item]:
        left = ((item, tuple(filter(seen.looks.__contains__, item.pictures))) for item in items)
        return [replace(item, pictures=pictures) for item, pictures in left if pictures]

    gallery, queries = readable(dataset.gallery), readable(dataset.queries)
    if not gallery or not queries:
        example = next(iter(seen.refused.items()), ("", ""))
        raise ValueError(f"none of the pictures can be read; the first: {example[0]}: {example[1]}")
    return checked(replace(dataset, gallery=gallery, queries=queries))


def _products(gallery: Sequence[Item], looks: Looks) -> dict[str, Appearance]:
    """The looks of products, shuffled: equals keep the index's order, which must favor no class."""
    items = sorted(gallery, key=lambda item: item.id)
    random.Random(SEED).shuffle(items)  # noqa: S311 no secret
    return {item.id: merged([looks[picture] for picture in item.pictures]) for item in items}


def _questions(dataset: Dataset, looks: Looks) -> Iterator[Question]:
    pictures = {item.id: item.pictures for item in dataset.gallery}
    for item in dataset.queries:
        [picture] = item.pictures
        question = Question(item, looks[picture])
        if not dataset.leave_one_out:
            yield question
        elif dataset.by == "category":
            yield replace(question, product=item.id)
        elif others := [looks[other] for other in pictures[item.id] if other != picture]:
            yield replace(question, product=item.id, remade=merged(others))


def _finders(
    contenders: Sequence[Contender],
    products: Mapping[str, Appearance],
    bound: CosineFinder | None,
    rule: VerdictRule | None,
) -> Iterator[ProductFinder]:
    """One at a time, so that one index at a time is in memory."""
    for contender in contenders:
        yield IndexFinder(contender.name, contender.likeness, products, rule)
    if bound:
        yield bound


@dataclass(frozen=True, slots=True)
class Material:
    """All there is to sum up; each run has a row for each question."""

    ready: Prepared
    judge: RankingJudge
    runs: Sequence[Run]


def summed_up(material: Material, contenders: Sequence[Contender]) -> EvaluationReport:
    """Sum up, in the order of the runs."""
    groups = rows_of([question.item.category for question in material.ready.questions])
    if len(groups) == 1:
        groups = {}
    abouts = {contender.name: contender.about for contender in contenders} | {finders.COSINE: _BOUND}
    rows = [_row(each, abouts[each.name], material.runs[0], groups) for each in material.runs]
    sightless = 0
    if any(contender.likeness.sees_vectors for contender in contenders):
        sightless = sum(look.vector is None for look in material.ready.seen.looks.values())
    facts = _facts(material.ready, groups, sightless)
    return EvaluationReport(facts, rows, [_example(material, number) for number in _telling(material)])


def _facts(ready: Prepared, groups: Mapping[str, NDArray[np.intp]], sightless: int) -> Facts:
    dataset, seen = ready.dataset, ready.seen
    return Facts(
        name=dataset.name,
        by=dataset.by,
        leave_one_out=dataset.leave_one_out,
        several=_several(dataset),
        products=len(dataset.gallery),
        queries=len(ready.questions),
        unanswerable=dataset.unanswerable,
        copies=_copies(dataset, seen.contents),
        sightless=sightless,
        milliseconds=seen.milliseconds,
        refused={str(path): reason for path, reason in seen.refused.items()},
        categories={name: len(rows) for name, rows in groups.items()},
    )


def _several(dataset: Dataset) -> bool:
    """True where a query has more than one right product; one that is left out counts as well."""
    rightful = dataset.rightful()
    return any(rightful[dataset.wanted(query)] > 1 for query in dataset.queries)


def _copies(dataset: Dataset, contents: Mapping[Path, str]) -> int:
    """Queries whose very bytes are another picture of the gallery: they are found without being alike."""
    there = {picture for item in dataset.gallery for picture in item.pictures}
    digests = Counter(contents[picture] for picture in there)
    asked = [picture for item in dataset.queries for picture in item.pictures]
    return sum(digests[contents[picture]] > (picture in there) for picture in asked)


def _row(run: Run, about: str, first: Run, groups: Mapping[str, NDArray[np.intp]]) -> StrategyRow:
    return StrategyRow(
        run.name,
        about,
        metrics=_estimated(run.values),
        gain=_estimated(run.values - first.values),
        categories={name: _estimated(run.values[rows]) for name, rows in groups.items()},
        cost=run.cost,
    )


def _estimated(values: Values) -> Estimates:
    return dict(zip(METRICS, estimates(values), strict=True))


def _telling(material: Material) -> list[int]:
    """Numbers of the queries where strategies differ most, one of each category or product."""
    dataset, runs = material.ready.dataset, [run for run in material.runs if run.name != finders.COSINE]
    metrics = (headline(several=_several(dataset)), "average_precision")
    spreads = [np.ptp([column(run.values, metric) for run in runs], axis=0) for metric in metrics]
    chosen: dict[str, int] = {}
    for number in np.lexsort(spreads[::-1])[::-1].tolist():
        if spreads[1][number] > 0:
            chosen.setdefault(dataset.wanted(material.ready.questions[number].item), number)
    return list(chosen.values())[:EXAMPLES]


def _example(material: Material, number: int) -> Example:
    dataset, question = material.ready.dataset, material.ready.questions[number]
    pictures = {item.id: item.pictures[0] for item in dataset.gallery}

    def shown(found: RankedHit) -> Shown:
        right = material.judge.right(question, found.id)
        return Shown(found.id, pictures[found.id], right, found.shared)

    return Example(
        picture=question.item.pictures[0],
        wanted=dataset.wanted(question.item),
        answers={run.name: [shown(found) for found in run.first[number]] for run in material.runs},
    )
