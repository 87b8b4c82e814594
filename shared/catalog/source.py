"""Whose labels a record has: those of different recognisers never meet.

A query asks for labels of one recogniser. Filters add up and know no "only if", so a record cannot be kept
from matching by labels that another recogniser gave it; but one more filter lifts every record of the right
recogniser by as much as labels can give. While a catalogue is being labelled anew, what is done comes first,
and the rest is found by its visual words alone. In a catalogue of one recogniser everything is lifted, and
nothing changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.catalog.strategies import Term, budget

ATTRIBUTE = "visual.recognizer"
FACET = f"filterOnly({ATTRIBUTE})"
"""Nobody wants to see its counts."""


def term(recogniser_id: str) -> Term:
    """What asks for records of a recogniser."""
    return Term(ATTRIBUTE, recogniser_id, budget.SOURCE, "source")


def of(record: Mapping[str, Any]) -> str:
    """The id of the recogniser whose labels a record has; empty where it does not tell."""
    visual = record.get("visual")
    told = visual.get("recognizer") if isinstance(visual, Mapping) else None
    return told if isinstance(told, str) else ""
