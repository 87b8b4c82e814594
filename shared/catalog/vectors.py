"""Vectors in a plain index: visual words to find products by, and a code to put the first hits in order.

Visual words are the strongest coordinates of a picture's vector, by index and sign, as facet values. Those
have no weight, but a query's filters have: with scores in proportion to its own coordinates the sum
approaches the inner product of two vectors (signed surrogate text, after Amato et al., 2016 to 2020).
"""

from __future__ import annotations

import array
import base64
import binascii
import hashlib
import math
import re
import string
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import compress
from typing import Any, NamedTuple, TypeVar

from shared.attribute_names import DEFAULT_NAMES, AttributeNames
from shared.catalog.cosines import cosines
from shared.catalog.labels import LabelCounts
from shared.catalog.optional_filters import WORD_POINTS, Term, best_first
from shared.model import Appearance, Vector

_TAG = re.compile(r"[a-z0-9]{1,8}")
_TAG_LENGTH = 6
_DIGITS = string.digits + string.ascii_lowercase
MAX_DIMENSIONS = len(_DIGITS) ** 2

_LARGEST = 127

Item = TypeVar("Item")


class Profile(NamedTuple):
    """The numbers of coordinates that may become words, that a record keeps, and that a query asks for."""

    dimensions: int
    kept: int
    asked: int


FULL = Profile(dimensions=256, kept=128, asked=118)
"""Two values for each dimension; docs/retrieval.md says why a small catalog has no fewer."""


def tag_of(encoder_id: str, profile: Profile = FULL) -> str:
    """Six hexadecimal digits for names of attributes, of an encoder and of the words that a record keeps.

    Beside a record of more words one of fewer is never found: it has to count as one of another encoder.
    """
    what = f"{encoder_id} {profile.dimensions} {profile.kept}"
    return hashlib.sha256(what.encode()).hexdigest()[:_TAG_LENGTH]


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
        for index, value in sorted(told, key=lambda pair: -abs(pair[1]))[:count]:
            high, low = divmod(index, len(_DIGITS))
            yield f"{'a' if value > 0 else 'b'}{_DIGITS[high]}{_DIGITS[low]}", abs(value)


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

    def closenesses(self, look: Appearance, records: Sequence[Mapping[str, Any]]) -> list[float | None]:
        """The cosine, -1..1, of the look's vector and each record's code.

        None where one of them is missing, has another length, or is no direction: what stands in an index may
        have been written by anyone.
        """
        vector = look.vector or ()
        codes = [_decoded(record.get(self.attribute)) for record in records]
        fits = [any(vector) and len(code) == len(vector) and any(code) for code in codes]
        near = iter(cosines(vector, list(compress(codes, fits))))
        return [next(near) if fit else None for fit in fits]

    def vector(self, record: Mapping[str, Any]) -> Vector | None:
        """The record's code as a vector of unit length; None where it has none."""
        code = array.array("b", _decoded(record.get(self.attribute)))
        length = math.hypot(*code)
        return tuple(each / length for each in code) if length else None


def reranked(hits: Iterable[Item], closeness: Callable[[Item], float | None]) -> list[Item]:
    """Put hits in order of closeness, equals as they came.

    A hit without closeness keeps its place and the others go round it: that it has not been encoded yet says
    nothing about its looks, and a catalog under migration neither hides nor favors such products.
    """
    hits = list(hits)
    known = {place: near for place, hit in enumerate(hits) if (near := closeness(hit)) is not None}
    best = iter(sorted(known, key=lambda place: -known[place]))
    return [hits[next(best)] if place in known else hit for place, hit in enumerate(hits)]


def _encoded(vector: Vector) -> str:
    largest = max(map(abs, vector))
    return base64.b64encode(array.array("b", [round(_LARGEST * x / largest) for x in vector])).decode()


def _decoded(code: object) -> bytes:
    """The coordinates, each a signed byte; none for what is no code."""
    if not isinstance(code, str):
        return b""
    try:
        return binascii.a2b_base64(code, strict_mode=True)
    except ValueError:
        return b""


def versioned(attribute: str, tag: str) -> str:
    """`visualCode`, `lite0` -> `visualCode_lite0`; raises `ValueError` for a tag that is no encoder's."""
    if not _TAG.fullmatch(tag):
        raise ValueError(f"an encoder's tag is 1 to 8 characters of a-z and 0-9, not {tag!r}")
    return f"{attribute}_{tag}"
