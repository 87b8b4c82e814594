"""Filters: a conjunction (AND) of clauses (OR) of terms, or of groups (AND) of them, in two notations."""

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


@dataclass(frozen=True, slots=True)
class AllOf:
    """Terms within a clause that count only together; arrays can say so, `filters` cannot."""

    terms: tuple[Term, ...]


Clause: TypeAlias = tuple[Term | AllOf, ...]
Conjunction: TypeAlias = tuple[Clause, ...]


def number_of_terms(conjunction: Conjunction) -> int:
    """Return how many terms there are at any depth."""
    return sum(len(each.terms) if isinstance(each, AllOf) else 1 for clause in conjunction for each in clause)
