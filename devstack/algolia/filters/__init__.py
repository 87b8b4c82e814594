"""Filters: a conjunction (AND) of clauses (OR) of terms, written in two notations."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

TAGS_ATTRIBUTE = "_tags"
DEFAULT_SCORE = 1


class TermType(Enum):
    """The three families that may not be mixed within one OR."""

    FACET = "facet"
    TAG = "tag"
    NUMERIC = "numeric"


@dataclass(frozen=True, slots=True)
class FacetTerm:
    """`attribute:value`, worth `score` points to a record that satisfies it."""

    attribute: str
    value: str
    negated: bool = False
    score: int = DEFAULT_SCORE

    @property
    def type(self) -> TermType:
        """Return TAG for the special attribute `_tags`, FACET for any other."""
        return TermType.TAG if self.attribute == TAGS_ATTRIBUTE else TermType.FACET


@dataclass(frozen=True, slots=True)
class NumericTerm:
    """A comparison, or an inclusive range when `operator` is `TO`; numeric terms carry no score."""

    attribute: str
    operator: str
    operand: float
    upper: float | None = None
    negated: bool = False

    @property
    def type(self) -> TermType:
        """Return NUMERIC."""
        return TermType.NUMERIC


Term: TypeAlias = FacetTerm | NumericTerm
Clause: TypeAlias = tuple[Term, ...]
Conjunction: TypeAlias = tuple[Clause, ...]
