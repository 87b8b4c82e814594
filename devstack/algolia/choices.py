"""Behaviour that Algolia's documentation leaves open, each with the reading taken here.

A run against the live service that shows otherwise changes one default below.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OpenChoices:
    """Switches for what is documented nowhere."""

    fold_accents_in_facets: bool = False
    """Whether the facet values `Sécurité` and `securite` are one value."""

    reject_undeclared_facets: bool = False
    """Whether a facet filter on an attribute outside `attributesForFaceting` is a 400, or matches nothing."""

    score_ceiling: int | None = None
    """The largest total filter score of a record; None adds without a ceiling."""
