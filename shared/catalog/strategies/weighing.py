"""What the strategies that ask for labels share: which of them can be asked for, and what each is worth."""

from __future__ import annotations

from collections.abc import Iterable

from shared.catalog.rarity import LabelCounts
from shared.catalog.strategies import Term
from shared.model import Label, Labels

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
