"""A finder that compares all numbers of all products, as an exact vector search does."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from tools.evaluate.ranking import SHOWN, Question, RankedHit, Ranking
from tools.evaluate.seeing import Whole, unit

COSINE = "exact cosine"

NEAREST = 10
"""First products that a first page should show."""

_LEAST = -1.0
"""Of a product without numbers: as far away as can be."""

Numbers = Sequence[float] | Whole

Compared = Callable[[Question], tuple[Numbers | None, Numbers | None]]
"""The numbers of a question's photo, and of its record made anew."""


class CosineFinder:
    """Numbers of all products in one matrix; `compared` says which of a question's go with them.

    Products without any come last. Raises `ValueError` where none has any.
    """

    name = COSINE
    record_bytes = None

    def __init__(self, products: Mapping[str, Numbers | None], compared: Compared) -> None:
        self._ids = list(products)
        self._place = {product: place for place, product in enumerate(products)}
        self._compared = compared
        self._blank = np.array([numbers is None for numbers in products.values()])
        known = [numbers for numbers in products.values() if numbers is not None]
        if not known:
            raise ValueError("no product has a vector to compare")
        self._matrix = np.zeros((len(products), len(known[0])), np.float32)
        for place, numbers in zip(np.flatnonzero(~self._blank), known, strict=True):
            self._matrix[place] = unit(numbers)

    def find(self, question: Question) -> Ranking:
        """Rank every product but the one left out."""
        scores = self._scores(question)
        order = np.argsort(-scores, kind="stable")
        if question.product and question.remade is None:
            order = order[order != self._place[question.product]]
        first = tuple(
            RankedHit(self._ids[place], (f"closeness {scores[place]:.2f}",)) for place in order[:SHOWN]
        )
        ids = [self._ids[place] for place in order]
        return Ranking(ids, first, matched=self._compared(question)[0] is not None)

    def nearest(self, question: Question) -> list[str]:
        """The `NEAREST` products; none for a picture without numbers."""
        ranking = self.find(question)
        return list(ranking.ids[:NEAREST]) if ranking.matched else []

    def _scores(self, question: Question) -> Whole:
        asked, remade = self._compared(question)
        look = np.zeros(self._matrix.shape[1], np.float32) if asked is None else unit(asked)
        scores = np.where(self._blank, _LEAST, self._matrix @ look)
        if question.remade is not None:
            scores[self._place[question.product]] = _LEAST if remade is None else unit(remade) @ look
        return np.asarray(scores)


def by_vector(question: Question) -> tuple[Numbers | None, Numbers | None]:
    """Compare by the vectors that records have codes of."""
    return question.look.vector, question.remade.vector if question.remade else None


def by_whole(question: Question) -> tuple[Numbers | None, Numbers | None]:
    """Compare by all numbers of the network."""
    return question.whole, question.remade_whole
