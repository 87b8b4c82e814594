"""An index whose records also hold the words and the code of a picture."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from devstack.endpoints import encoder_variables, likeness
from shared.labeling.encoding import MAX_DIMENSIONS, unit_vector
from shared.model import Appearance, Vector

LOOKS = "looks"
LOOKS_SIZE = 10_000
"""What the function is told the catalogue holds: as many words as there ever are."""


def with_looks(records: Iterable[Mapping[str, Any]]) -> tuple[Sequence[str], Iterator[dict[str, Any]]]:
    """The facets that such an index needs, and the records with words and codes of made-up pictures."""
    ways = likeness(encoder_variables(LOOKS_SIZE))
    chance = random.Random(2)  # noqa: S311 - repeatable data, no secret
    looks = ({**ways.attributes(Appearance(vector=_drawn(chance))), **record} for record in records)
    return ways.facets, looks


def _drawn(chance: random.Random) -> Vector:
    """A direction in which the first coordinates tell most, as an encoder's do."""
    return unit_vector([chance.gauss(0, 1 / math.sqrt(1 + place)) for place in range(MAX_DIMENSIONS)])
