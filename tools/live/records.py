"""The made records of the check's own index: few facet values, for their ratio to records is one question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

COUNT = 200
SPECIAL = 'Men\'s "wear": small'
ACCENTED, PLAIN = "Sécurité", "Securite"
DASHED = "-dash"
LONG = "x" * 600
LAST = "last"
"""The one visual word that a record has."""

WIDE = 15
"""Values of each of two facets: within a tenth of the records each, and beyond it together."""

_GROUP = "twin"


def settings(words: str) -> dict[str, Any]:
    """The settings to ask with."""
    return {
        "attributesForFaceting": facets(words),
        "attributeForDistinct": "group",
        "customRanking": ["asc(rank)"],
        "searchableAttributes": ["title"],
    }


def facets(words: str, *more: str) -> list[str]:
    """The facets to ask with."""
    return ["sort", "value", words, *more]


def made_records(words: str) -> Sequence[Mapping[str, Any]]:
    """The records, each by its objectID; what most of them lack, single ones have."""
    told: Mapping[str, Mapping[str, Any]] = {
        "a": {"sort": ["a"]},
        "b": {"sort": ["b"]},
        "both": {"sort": ["a", "b"]},
        "last": {words: [LAST]},
        "accented": {"value": [ACCENTED]},
        "special": {"value": [SPECIAL]},
        "dashed": {"value": [DASHED]},
        "long": {"value": [LONG]},
        "only": {"alone": ["x"]},
        "near": {"title": "zebra lamp"},
        "far": {"title": "zebra big old lamp", "sort": ["c"]},
        "half": {"title": "zebra", "sort": ["d"]},
        "twin1": {"group": _GROUP},
        "twin2": {"group": _GROUP, "sort": ["e"]},
        "pinned": {},
    }
    names = [*told, *(f"r{number}" for number in range(len(told), COUNT))]
    return [
        {
            "objectID": name,
            "rank": rank,
            "title": "plain",
            "group": name,
            "unique": f"u{rank}",
            "wide1": f"w{rank % WIDE}",
            "wide2": f"w{rank % WIDE}",
            **told.get(name, {}),
        }
        for rank, name in enumerate(names)
    ]
