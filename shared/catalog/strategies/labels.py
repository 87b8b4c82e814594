"""Labels as facets: weighed by confidence and rarity, or all alike as in Algolia's guide; and whose they are.

Labels of different recognisers never meet: a query asks for labels of one. Filters add up and know no "only
if", so a record cannot be kept from matching by labels that another recogniser gave it; but one more filter
lifts every record of the right recogniser by as much as labels can give. While a catalogue is being labelled
anew, what is done comes first, and the rest is found by its visual words alone. In a catalogue of one
recogniser everything is lifted, and nothing changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from shared.attribute_names import DEFAULT_NAMES, AttributeNames
from shared.catalog import record
from shared.catalog.rarity import LabelCounts
from shared.catalog.strategies import LABEL_POINTS, SOURCE_POINTS, Term
from shared.model import Appearance, Label, Labels


class WeightedLabels:
    """The ten best labels, each worth up to a tenth of `points` by its confidence and rarity."""

    def __init__(self, points: int = LABEL_POINTS, names: AttributeNames = DEFAULT_NAMES) -> None:
        self.points = points
        self.facets: Sequence[str] = (names.label_facet,)
        self._names = names

    def attributes(self, look: Appearance) -> dict[str, Any]:
        """All labels."""
        return _labels(look.labels, self._names)

    def terms(self, look: Appearance, counts: LabelCounts) -> list[Term]:
        """One term for each label that can be asked for."""
        full = self.points // MAX_LABELS
        return best_first(
            Term(self.facets[0], label.name, round(weight(label, counts, full)), "label", label.name)
            for label in usable(look.labels)
        )


class GuideLabels:
    """Labels that all count one point, the way of Algolia's guide "Search by image": the yardstick.

    `minimum` is the score that a label has to exceed; the guide's is 0.5.
    """

    def __init__(self, minimum: float = 0.5) -> None:
        self.points = MAX_LABELS
        self.facets: Sequence[str] = (DEFAULT_NAMES.label_facet,)
        self._minimum = minimum

    def attributes(self, look: Appearance) -> dict[str, Any]:
        """The labels above the minimum."""
        return _labels(self._clear(look.labels), DEFAULT_NAMES)

    def terms(self, look: Appearance, counts: LabelCounts) -> list[Term]:  # noqa: ARG002 every label counts the same
        """One point for each label above the minimum."""
        return [
            Term(self.facets[0], label.name, 1, "label", label.name)
            for label in usable(self._clear(look.labels))
        ]

    def _clear(self, labels: Labels) -> Labels:
        return tuple(label for label in labels if label.score > self._minimum)


def _labels(labels: Labels, names: AttributeNames) -> dict[str, Any]:
    """The guide's shape: `labels` as objects of description and score."""
    return {names.labels: record.shown(labels)}


MAX_LABELS = 10
"""Ten scored filters stay within 512 bytes, the limit in Algolia's specification for a parameter."""

MAX_NAME_LENGTH = 100


def usable(labels: Labels, limit: int = MAX_LABELS) -> Labels:
    """The best `limit` labels whose names Algolia cannot misread."""
    clear = [label for label in labels if "<score=" not in label.name and len(label.name) <= MAX_NAME_LENGTH]
    return tuple(clear[:limit])


def weight(label: Label, counts: LabelCounts, full: float) -> float:
    """0..`full`, by confidence and rarity.

    The square root keeps one confident label from outvoting several good ones.
    """
    damped: float = label.score**0.5
    return full * damped * counts.rarity(label.name)


def best_first(terms: Iterable[Term]) -> list[Term]:
    """Order by points, equals as they came; terms without points are left out."""
    return sorted((term for term in terms if term.points > 0), key=lambda term: -term.points)


def source_facet(names: AttributeNames = DEFAULT_NAMES) -> str:
    """What Algolia has to be told to facet on; nobody wants to see its counts."""
    return f"filterOnly({names.recogniser_facet})"


def source_term(recogniser_id: str, names: AttributeNames = DEFAULT_NAMES) -> Term:
    """What asks for records of a recogniser."""
    return Term(names.recogniser_facet, recogniser_id, SOURCE_POINTS, "source")
