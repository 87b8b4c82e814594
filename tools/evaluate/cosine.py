"""The bound: every product compared with the picture by the exact cosine of the same vectors."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from shared.catalog.likeness import RERANKED
from shared.model import Appearance, Vector
from tools.evaluate.metrics import Values
from tools.evaluate.ranking import SHOWN, Found, Question, Ranking

NAME = "exact cosine"

NEAREST = 10
"""First products that a first page should show."""

_LEAST = -1.0
"""Of a product without a vector: as far away as can be."""


class CosineFinder:
    """All vectors in one matrix; what no index can do, and what one would want.

    Products without a vector come last. Raises `ValueError` where none has one.
    """

    name = NAME
    record_bytes = None

    def __init__(self, products: Mapping[str, Appearance]) -> None:
        vectors = [look.vector for look in products.values()]
        self._ids = list(products)
        self._place = {product: place for place, product in enumerate(products)}
        self._dimensions = max((len(vector) for vector in vectors if vector), default=0)
        if not self._dimensions:
            raise ValueError("no product has a vector to compare")
        self._matrix = np.array([self._row(vector) for vector in vectors])
        self._blank = np.array([vector is None for vector in vectors])

    def find(self, question: Question) -> Ranking:
        """Rank every product but the one left out."""
        scores = self._scores(question)
        order = np.argsort(-scores, kind="stable")
        if question.product and question.remade is None:
            order = order[order != self._place[question.product]]
        first = tuple(Found(self._ids[place], (f"closeness {scores[place]:.2f}",)) for place in order[:SHOWN])
        ids = [self._ids[place] for place in order]
        return Ranking(ids, first, matched=question.look.vector is not None, candidates=ids[:RERANKED])

    def nearest(self, question: Question) -> list[str]:
        """The `NEAREST` products; none for a picture without a vector."""
        return list(self.find(question).ids[:NEAREST]) if question.look.vector else []

    def _scores(self, question: Question) -> Values:
        look = self._row(question.look.vector)
        scores = np.where(self._blank, _LEAST, self._matrix @ look)
        if question.remade is not None:
            vector = question.remade.vector
            scores[self._place[question.product]] = _LEAST if vector is None else self._row(vector) @ look
        return scores

    def _row(self, vector: Vector | None) -> Values:
        """Coordinates of unit length; zeros where there are none."""
        row = np.array(vector or np.zeros(self._dimensions), dtype=np.float64)
        return np.asarray(row / (np.linalg.norm(row) or 1.0))
