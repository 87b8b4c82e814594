"""Attributes of records that somebody else uses under our names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from shared.catalog.judging import RecordJudge
from tools.examples import Examples

ADVICE = (
    "give ours other names with ATTRIBUTE_NAMES, or let go of what has the shape of Algolia's guide with"
    " TAKE_OVER_ATTRIBUTES=true, for both functions and here"
)
"""What to do about them; until then nothing is written to such a record."""


def in_use(records: Iterable[Mapping[str, Any]], judge: RecordJudge) -> Examples:
    """The records that have some, each with their names."""
    found = Examples()
    for record in records:
        if foreign := judge.in_use(record):
            found.add(str(record["objectID"]), foreign)
    return found
