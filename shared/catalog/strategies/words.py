"""Visual words: the strongest coordinates of a picture's vector, by index and sign, as facet values.

Facet values have no weight, but a query's filters have: with scores in proportion to its own coordinates the
sum approaches the inner product of two vectors (signed surrogate text, after Amato et al., 2016 to 2020).
"""

from __future__ import annotations

import heapq
import string
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from shared.attribute_names import DEFAULT_NAMES, AttributeNames
from shared.catalog.rarity import LabelCounts
from shared.catalog.strategies import WORD_POINTS, Term, versioned
from shared.catalog.strategies.labels import best_first
from shared.model import Appearance, Vector

_DIGITS = string.digits + string.ascii_lowercase
MAX_DIMENSIONS = len(_DIGITS) ** 2


class Profile(NamedTuple):
    """How many coordinates may become words, how many a record keeps, and how many a query asks for."""

    dimensions: int
    kept: int
    asked: int


FULL = Profile(dimensions=256, kept=128, asked=118)

_LEAST_RECORDS = (
    (5_120, FULL),
    (2_560, Profile(dimensions=128, kept=64, asked=118)),
    (1_280, Profile(dimensions=64, kept=32, asked=64)),
    (640, Profile(dimensions=32, kept=16, asked=32)),
)
"""By Algolia's page "Service limits" an index has at most 0.1 unique facet values for each record, and every
dimension is two values."""


def profile(records: int) -> Profile | None:
    """The words that suit a catalogue of so many records; None where there should be none.

    | records        | values | kept | asked |
    | -------------- | ------ | ---- | ----- |
    | to 639         |      - |    - |     - |
    | 640 to 1,279   |     64 |   16 |    32 |
    | 1,280 to 2,559 |    128 |   32 |    64 |
    | 2,560 to 5,119 |    256 |   64 |   118 |
    | from 5,120     |    512 |  128 |   118 |
    """
    return next((suited for least, suited in _LEAST_RECORDS if records >= least), None)


class VisualWords:
    """The strongest of the first `dimensions` coordinates: `a` or `b` for the sign, the index in base 36.

    `tag` names the encoder. Raises `ValueError` for a tag or numbers that make no words.
    """

    def __init__(
        self,
        tag: str,
        profile: Profile = FULL,
        points: int = WORD_POINTS,
        names: AttributeNames = DEFAULT_NAMES,
    ) -> None:
        dimensions, kept, asked = profile
        if not (0 < dimensions <= MAX_DIMENSIONS and 0 < kept <= dimensions and 0 < asked <= dimensions):
            raise ValueError(
                f"at most {MAX_DIMENSIONS} dimensions, and of them some kept and some asked for, "
                f"not {dimensions}, {kept} and {asked}"
            )
        self.attribute = versioned(names.words, tag)
        self._dimensions, self._kept, self._asked = profile
        self.points = points
        self.facets: Sequence[str] = (self.attribute,)

    def attributes(self, look: Appearance) -> dict[str, Any]:
        """The words of the record, strongest first."""
        return {self.attribute: [word for word, _ in self._strongest(look.vector, self._kept)]}

    def terms(self, look: Appearance, counts: LabelCounts) -> list[Term]:  # noqa: ARG002 weighing words gains nothing
        """The words of the query, all points shared out in proportion to their coordinates."""
        words = list(self._strongest(look.vector, self._asked))
        whole = sum(size for _, size in words)
        return best_first(
            Term(self.attribute, word, int(self.points * size / whole), "word") for word, size in words
        )

    def _strongest(self, vector: Vector | None, count: int) -> Iterator[tuple[str, float]]:
        """Words with the size of their coordinates; of equal ones the first, which tells most."""
        told = [(index, value) for index, value in enumerate((vector or ())[: self._dimensions]) if value]
        for index, value in heapq.nlargest(count, told, key=lambda pair: abs(pair[1])):
            yield _word(index, value), abs(value)


def _word(index: int, value: float) -> str:
    high, low = divmod(index, len(_DIGITS))
    return f"{'a' if value > 0 else 'b'}{_DIGITS[high]}{_DIGITS[low]}"
