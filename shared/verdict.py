"""The verdict on a product found: how similar it is to the picture, in three steps.

Its closeness decides or, where it has none, its points. Whatever they say, a product is less similar if the
recognizer is sure of something in the picture and saw nothing of it in the product.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import Literal, NamedTuple, Self

from shared.model import LABEL, Hit, Labels

Verdict = Literal["verySimilar", "similar", "lessSimilar"]

THINGS = frozenset({LABEL, "object"})
"""Kinds of labels that name a thing: no color, brand or printed word holds a product back."""


class VerdictStep(NamedTuple):
    """The least `closeness`, -1..1, of a product on this step, and its least points where it has none."""

    points: int
    closeness: float

    @classmethod
    def of(cls, share: float, closeness: float, total: int) -> Self:
        """The step of a picture that asks for `total` points, of which a product needs a share (0..1)."""
        return cls(max(1, round(share * total)), closeness)

    def reached(self, hit: Hit) -> bool:
        """Tell whether the product is on this step or above it."""
        return hit.points >= self.points if hit.closeness is None else hit.closeness >= self.closeness


class Steps(NamedTuple):
    """The two steps above `lessSimilar`."""

    similar: VerdictStep
    very_similar: VerdictStep

    def verdict(self, hit: Hit, deciding: AbstractSet[str]) -> Verdict:
        """The verdict, where the names `deciding` are those of sure labels that products have."""
        if is_held_back(hit, deciding) or not self.similar.reached(hit):
            return "lessSimilar"
        return "verySimilar" if self.very_similar.reached(hit) else "similar"


def is_held_back(hit: Hit, deciding: AbstractSet[str]) -> bool:
    """Tell whether the product has labels that can be compared, but none of these."""
    return hit.labeled and bool(deciding) and deciding.isdisjoint(hit.matched)


def sure_names(labels: Labels, sure_from: float | None) -> frozenset[str]:
    """The names of labels that the recognizer is sure of; none where it does not say from which score on."""
    if sure_from is None:
        return frozenset()
    return frozenset(label.name for label in labels if label.kind in THINGS and label.score >= sure_from)
