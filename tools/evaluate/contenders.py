"""What is compared: strategies by name, each as a shop would deploy it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.catalog.strategies import Strategy
from shared.catalog.strategies.code import VisualCode
from shared.catalog.strategies.colours import ColourNames
from shared.catalog.strategies.combined import Combined
from shared.catalog.strategies.grades import GradedLabels
from shared.catalog.strategies.labels import GuideLabels, WeightedLabels
from shared.catalog.strategies.words import COMPACT, FULL, VisualWords
from shared.model import Appearance

GUIDE = "guide"

_LABELS, _GRADES, _COLOURS = 10, 40, 3
"""Filters that labels, grades and colours ask for at most."""

Reranker = Callable[[Appearance, Mapping[str, Any]], float | None]
"""How close a record is to a look, -1..1; None where the record does not tell."""


@dataclass(frozen=True, slots=True)
class Contender:
    """Strategies used together, at most `max_filters` filters in a query, and what re-ranks the first hits.

    `about` says for people what it is.
    """

    name: str
    strategies: Sequence[Strategy]
    max_filters: int
    rerank: Reranker | None = None
    about: str = ""

    @property
    def strategy(self) -> Strategy:
        """All of them as one; raises `ValueError` for strategies that do not go together."""
        return Combined(self.strategies, self.max_filters)


_OF_LABELS: Mapping[str, str] = {
    GUIDE: "Labels that all count the same: the way of Algolia's guide.",
    "labels": "Labels that count by confidence, and by how rare they are in the catalogue.",
    "labels+colours": "Labels, and the main colours of the product.",
    "grades": "Labels with a facet value for each step of confidence.",
}
_OF_VECTORS: Mapping[str, str] = {
    "labels+code": "Labels find, and the first 100 hits are put in order by likeness.",
    "grades+code": "Grades find, and the first 100 hits are put in order by likeness.",
    "words-compact": "Labels and a few visual words, for small catalogues.",
    "words-compact+code": "The same, and the first 100 hits are put in order by likeness.",
    "words-full": "Labels and many visual words, for catalogues of some thousand products.",
    "words-full+code": "The same, and the first 100 hits are put in order by likeness.",
    "all": "Labels, colours, many visual words, and the first 100 hits put in order by likeness.",
}

NAMES = (*_OF_LABELS, *_OF_VECTORS)
"""Every contender, the yardstick first."""


def contenders(steps: Sequence[float], tag: str | None) -> list[Contender]:
    """Every contender that can take part.

    `steps` of confidence suit the recogniser, whose own limit is the guide's; `tag` is the encoder's, and
    without one nothing that needs vectors takes part.
    """
    labels, colours, grades = WeightedLabels(), ColourNames(), GradedLabels(steps)
    entered: list[tuple[str, list[Strategy], int]] = [
        (GUIDE, [GuideLabels(minimum=0.0)], _LABELS),
        ("labels", [labels], _LABELS),
        ("labels+colours", [labels, colours], _LABELS + _COLOURS),
        ("grades", [grades], _GRADES),
    ]
    found = [Contender(name, parts, most, about=_OF_LABELS[name]) for name, parts, most in entered]
    return found if tag is None else [*found, *_of_vectors(tag, labels, colours, grades)]


def _of_vectors(tag: str, labels: Strategy, colours: Strategy, grades: Strategy) -> list[Contender]:
    code, compact, full = VisualCode(tag), VisualWords(tag, *COMPACT), VisualWords(tag, *FULL)
    entered: list[tuple[str, list[Strategy], int]] = [
        ("labels+code", [labels, code], _LABELS),
        ("grades+code", [grades, code], _GRADES),
        ("words-compact", [labels, compact], _LABELS + COMPACT.asked),
        ("words-compact+code", [labels, compact, code], _LABELS + COMPACT.asked),
        ("words-full", [labels, full], _LABELS + FULL.asked),
        ("words-full+code", [labels, full, code], _LABELS + FULL.asked),
        ("all", [labels, colours, full, code], _LABELS + _COLOURS + FULL.asked),
    ]
    return [
        Contender(name, parts, most, code.closeness if code in parts else None, _OF_VECTORS[name])
        for name, parts, most in entered
    ]
