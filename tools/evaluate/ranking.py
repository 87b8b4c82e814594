"""The questions of an evaluation, the rankings that answer them, and a finder's run over all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from statistics import fmean
from typing import Protocol

import numpy as np

from shared.model import Appearance
from tools.evaluate.datasets import Dataset, Item
from tools.evaluate.metrics import Values, as_table, kept, measured
from tools.evaluate.seeing import Whole
from tools.evaluate.verdicts import Group
from tools.output import Told

SHOWN = 5
"""First hits of which a ranking remembers why they are there."""


@dataclass(frozen=True, slots=True)
class Question:
    """One query picture.

    `product` is the product of the gallery that it shows, where the picture itself must not be found: its
    record is made from `remade` meanwhile, or without it the product is left out of the answer; `whole` and
    `remade_whole` are all numbers of both. `nearest` are the products whose vectors are nearest.
    """

    item: Item
    look: Appearance
    product: str = ""
    remade: Appearance | None = None
    whole: Whole | None = None
    remade_whole: Whole | None = None
    nearest: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class RankedHit:
    """A hit, and in words what it shares with the picture."""

    id: str
    shared: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ranking:
    """All products, best first; times are in milliseconds.

    `matched` is whether the first shares anything with the picture; `candidates` are the first hits before
    re-ranking, None where vectors play no part; `judged` are the first hits' verdicts;
    `filters` are all that are sent; `own_ms` is what the strategy takes beside the index: making filters and
    re-ranking.
    """

    ids: Sequence[str]
    first: tuple[RankedHit, ...]
    matched: bool
    candidates: Sequence[str] | None = None
    judged: Sequence[AbstractSet[Group]] = ()
    filters: int = 0
    own_ms: float = 0.0
    index_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Nearness:
    """The nearness of a hit: its `share` (0..1) of the points asked for, and its cosine, -1..1.

    `closeness` is None where nothing tells it.
    """

    share: float
    closeness: float | None


class ProductFinder(Protocol):
    """Something that ranks products by how they look."""

    name: str

    @property
    def record_bytes(self) -> float | None:
        """The mean bytes it adds to a record, as JSON; None where it keeps no records."""

    def find(self, question: Question) -> Ranking:
        """Rank every product but the one left out."""


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
    """The answers of one finder: `values` of shape [queries, metrics], and the first hits of each query."""

    name: str
    values: Values
    first: Sequence[tuple[RankedHit, ...]]
    cost: Cost


class RankingJudge:
    """Knows what is right."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self._wanted = {item.id: dataset.wanted(item) for item in dataset.gallery}
        self._totals: Counter[str] = dataset.rightful()

    def right(self, question: Question, product: str) -> bool:
        """True for a product that the picture asks for."""
        return self._wanted[product] == self._dataset.wanted(question.item)

    def values(self, question: Question, ranking: Ranking) -> dict[str, float]:
        """Every metric of one ranking."""
        left_out = 1 if question.product and question.remade is None else 0
        relevant = np.array([self.right(question, product) for product in ranking.ids], dtype=np.bool_)
        total = self._totals[self._dataset.wanted(question.item)] - left_out
        candidates = ranking.candidates
        exact = np.nan if candidates is None else kept(question.nearest, candidates)
        return measured(relevant, total, matched=ranking.matched, exact=exact, judged=ranking.judged)


def run(finder: ProductFinder, questions: Sequence[Question], judge: RankingJudge, told: Told) -> Run:
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
