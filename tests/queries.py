"""Queries for tests, by what is looked for."""

from __future__ import annotations

from collections.abc import Mapping

from shared.attribute_names import DEFAULT_NAMES
from shared.catalog.optional_filters import Term
from shared.catalog.query import VisualQuery

WORDS = "visualWords_x"


def asking(labels: Mapping[str, int] | None = None, /, **more: int) -> VisualQuery:
    """Look for labels with these points: `asking(Shoe=700)`, or `asking({"-Leg": 50})`."""
    return VisualQuery([label(name, points) for name, points in {**(labels or {}), **more}.items()])


def label(name: str, points: int) -> Term:
    return Term(DEFAULT_NAMES.label_facet, name, points, "label", name)


def word(value: str, points: int) -> Term:
    return Term(WORDS, value, points, "word")
