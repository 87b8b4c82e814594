"""A vector small enough for a record, to put the first hits of a search into the order of their likeness."""

from __future__ import annotations

import array
import base64
import math
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from shared.attribute_names import DEFAULT_NAMES, AttributeNames
from shared.catalog.rarity import LabelCounts
from shared.catalog.strategies import Term, versioned
from shared.model import Appearance, Vector

_LARGEST = 127

Item = TypeVar("Item")


class VisualCode:
    """The vector as signed bytes in base64, 344 characters for 256 coordinates; asks for nothing itself.

    Bytes are in proportion to the largest coordinate: a cosine does not notice. `tag` names the encoder.
    Raises `ValueError` for what is no tag.
    """

    def __init__(self, tag: str, names: AttributeNames = DEFAULT_NAMES) -> None:
        self.attribute = versioned(names.code, tag)
        self.points = 0
        self.facets: Sequence[str] = ()

    def attributes(self, look: Appearance) -> dict[str, Any]:
        """The code of the record."""
        return {self.attribute: _encoded(look.vector) if look.vector and any(look.vector) else ""}

    def terms(self, look: Appearance, counts: LabelCounts) -> list[Term]:  # noqa: ARG002 the port's signature
        """Nothing: a code is compared, not matched."""
        return []

    def closeness(self, look: Appearance, record: Mapping[str, Any]) -> float | None:
        """The cosine, -1..1, of the look's vector and the record's code.

        None where one of them is missing, has another length, or is no direction: what stands in an index may
        have been written by anyone.
        """
        code = _decoded(record.get(self.attribute))
        if not look.vector or len(code) != len(look.vector):
            return None
        lengths = math.hypot(*look.vector) * math.hypot(*code)
        product: float = sum(map(operator.mul, look.vector, code))
        return max(-1.0, min(1.0, product / lengths)) if lengths else None

    def vector(self, record: Mapping[str, Any]) -> Vector | None:
        """The record's code as a vector of unit length; None where it has none."""
        code = _decoded(record.get(self.attribute))
        length = math.hypot(*code)
        return tuple(each / length for each in code) if length else None


def reranked(hits: Iterable[Item], closeness: Callable[[Item], float | None]) -> list[Item]:
    """Put hits in order of closeness, equals as they came.

    A hit without closeness keeps its place and the others go round it: that it has not been encoded yet says
    nothing about its looks, and a catalogue under migration neither hides nor favours such products.
    """
    hits = list(hits)
    known = {place: near for place, hit in enumerate(hits) if (near := closeness(hit)) is not None}
    best = iter(sorted(known, key=lambda place: -known[place]))
    return [hits[next(best)] if place in known else hit for place, hit in enumerate(hits)]


def _encoded(vector: Vector) -> str:
    largest = max(map(abs, vector))
    return base64.b64encode(array.array("b", [round(_LARGEST * x / largest) for x in vector])).decode()


def _decoded(code: object) -> array.array[int]:
    """The coordinates; none for what is no code."""
    if not isinstance(code, str):
        return array.array("b")
    try:
        return array.array("b", base64.b64decode(code, validate=True))
    except ValueError:
        return array.array("b")
