"""Labels at steps of confidence: a facet has no weight of its own, but a value for each step gives it one."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from typing import Any

from shared.attribute_names import DEFAULT_NAMES, AttributeNames
from shared.catalog.rarity import LabelCounts
from shared.catalog.strategies import Term, budget
from shared.catalog.strategies.weighing import MAX_LABELS, best_first, usable, weight
from shared.model import Appearance, Label

CONFIDENT_STEPS = (0.5, 0.65, 0.8, 0.9)
"""For a recogniser that scores each label by itself and keeps what exceeds 0.5, such as Google Cloud Vision:
the lowest step says nearly all, the others tell a clear case from a doubtful one."""

SHARED_STEPS = (0.02, 0.1, 0.3, 0.6)
"""For one whose labels share a probability of 1, from its limit of 0.02: the square roots lie 0.2 apart."""

KEPT = 20
"""Labels of a record that are graded; the rest would make it larger and is rarely asked for."""


class GradedLabels:
    """Values `name@step`: a label of 0.83 has @50, @65 and @80. `steps` ascend and count in whole per cents.

    A step gives sqrt(asked score) x (sqrt(step) - sqrt(step before)) x rarity, so that what two pictures
    share adds up to about sqrt(p x min(p, q)): the Bhattacharyya coefficient's sqrt(p x q), but a product
    gains nothing by being surer than the picture asked with. Raises `ValueError` for other steps.
    """

    def __init__(
        self,
        steps: Sequence[float] = CONFIDENT_STEPS,
        points: int = budget.LABELS,
        names: AttributeNames = DEFAULT_NAMES,
    ) -> None:
        self._percents = [round(100 * step) for step in steps]
        bounds = [0, *self._percents, 101]
        if not steps or bounds != sorted(set(bounds)):
            raise ValueError(f"steps are different whole per cents, ascending from 0.01 to 1, not {steps}")
        self.points = points
        self.facets: Sequence[str] = (names.grades,)

    def attributes(self, look: Appearance) -> dict[str, Any]:
        """The steps that the best labels reach."""
        values = [
            _value(label, percent) for label in usable(look.labels, KEPT) for percent in self._reached(label)
        ]
        return {self.facets[0]: values}

    def terms(self, look: Appearance, counts: LabelCounts) -> list[Term]:
        """The steps that the ten best labels reach."""
        return best_first(term for label in usable(look.labels) for term in self._steps(label, counts))

    def _steps(self, label: Label, counts: LabelCounts) -> Iterator[Term]:
        """Differences of rounded sums: together never more than a tenth of the points."""
        full = weight(label, counts, self.points // MAX_LABELS)
        for before, here in itertools.pairwise([0, *self._reached(label)]):
            gain = round(full * math.sqrt(here / 100)) - round(full * math.sqrt(before / 100))
            yield Term(self.facets[0], _value(label, here), gain, "label", label.name)

    def _reached(self, label: Label) -> list[int]:
        return [percent for percent in self._percents if label.score >= percent / 100]


def _value(label: Label, percent: int) -> str:
    return f"{label.name}@{percent}"
