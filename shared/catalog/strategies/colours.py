"""Colours as facets: what tells products of one kind apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shared.attribute_names import DEFAULT_NAMES, AttributeNames
from shared.catalog.rarity import LabelCounts
from shared.catalog.strategies import Term, budget
from shared.catalog.strategies.weighing import best_first
from shared.model import Appearance, Labels

MAX_COLOURS = 3
MIN_SHARE = 0.1
"""Of the product: less is a detail, or one picture of many."""


class ColourNames:
    """The main colours of a product, each worth its share of `points`."""

    def __init__(self, points: int = budget.COLOURS, names: AttributeNames = DEFAULT_NAMES) -> None:
        self.points = points
        self.facets: Sequence[str] = (names.colours,)

    def attributes(self, look: Appearance) -> dict[str, Any]:
        """The names, the largest share first."""
        return {self.facets[0]: [colour.name for colour in _main(look.colours)]}

    def terms(self, look: Appearance, counts: LabelCounts) -> list[Term]:  # noqa: ARG002 counts are those of labels
        """One term for each name."""
        main = _main(look.colours)
        whole = max(1.0, sum(colour.score for colour in main))
        return best_first(
            Term(self.facets[0], colour.name, int(self.points * colour.score / whole), "colour", colour.name)
            for colour in main
        )


def _main(colours: Labels) -> Labels:
    return tuple(colour for colour in colours if colour.score >= MIN_SHARE)[:MAX_COLOURS]
