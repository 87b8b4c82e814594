"""All queries, one after another, put to one finder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

import numpy as np

from tools.evaluate.datasets import Dataset
from tools.evaluate.metrics import Values, as_table, kept, measured
from tools.evaluate.ranking import Finder, Found, Question, Ranking
from tools.output import Told


@dataclass(frozen=True, slots=True)
class Cost:
    """Averages: bytes added to a record, filters of a query, milliseconds of a query.

    `own_ms` is spent on filters and re-ranking, `index_ms` in the local engine, which says nothing about
    Algolia's speed.
    """

    record_bytes: float | None
    filters: float
    own_ms: float
    index_ms: float


@dataclass(frozen=True, slots=True)
class Run:
    """What one finder did: `values` of shape [queries, metrics], and the first hits of each query."""

    name: str
    values: Values
    first: Sequence[tuple[Found, ...]]
    cost: Cost


class Judge:
    """Knows what is right."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self._wanted = {item.id: dataset.wanted(item) for item in dataset.gallery}
        self._totals: Counter[str] = dataset.rightful()

    def right(self, question: Question, product: str) -> bool:
        """Whether a product is what the picture asks for."""
        return self._wanted[product] == self._dataset.wanted(question.item)

    def values(self, question: Question, ranking: Ranking) -> dict[str, float]:
        """Every metric of one ranking."""
        left_out = 1 if question.product and question.remade is None else 0
        relevant = np.array([self.right(question, product) for product in ranking.ids], dtype=np.bool_)
        total = self._totals[self._dataset.wanted(question.item)] - left_out
        candidates = ranking.candidates
        exact = np.nan if candidates is None else kept(question.nearest, candidates)
        return measured(relevant, total, matched=ranking.matched, exact=exact)


def run(finder: Finder, questions: Sequence[Question], judge: Judge, told: Told) -> Run:
    """Put every question to the finder; raises what the finder raises."""
    values, rankings = [], []
    for number, question in enumerate(questions, 1):
        ranking = finder.find(question)
        values.append(judge.values(question, ranking))
        rankings.append((ranking.first, ranking.filters, ranking.own_ms, ranking.index_ms))
        told(number)
    first, filters, own, index = zip(*rankings, strict=True)
    cost = Cost(finder.record_bytes, fmean(filters), fmean(own), fmean(index))
    return Run(finder.name, as_table(values), first, cost)
