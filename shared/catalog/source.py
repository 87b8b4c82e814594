"""Whose labels a record has: those of different recognisers never meet.

A query asks for labels of one recogniser. Filters add up and know no "only if", so a record cannot be kept
from matching by labels that another recogniser gave it; but one more filter lifts every record of the right
recogniser by as much as labels can give. While a catalogue is being labelled anew, what is done comes first,
and the rest is found by its visual words alone. In a catalogue of one recogniser everything is lifted, and
nothing changes.
"""

from __future__ import annotations

from shared.attribute_names import DEFAULT_NAMES, AttributeNames
from shared.catalog.strategies import Term, budget


def facet(names: AttributeNames = DEFAULT_NAMES) -> str:
    """What Algolia has to be told to facet on; nobody wants to see its counts."""
    return f"filterOnly({names.recogniser_facet})"


def term(recogniser_id: str, names: AttributeNames = DEFAULT_NAMES) -> Term:
    """What asks for records of a recogniser."""
    return Term(names.recogniser_facet, recogniser_id, budget.SOURCE, "source")
