"""Ways to find what looks alike in a plain index: facets of a record, and scored filters of a query."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from shared.catalog.rarity import LabelCounts
from shared.model import Appearance

_TAG = re.compile(r"[a-z0-9]{1,8}")

Kind = Literal["label", "word", "source"]
"""`source` stands for whose labels a record has: see `shared.catalog.source`."""


@dataclass(frozen=True, slots=True)
class Term:
    """One scored filter: a product whose `attribute` holds `value` gets `points`.

    `name` is the label it stands for, empty for what has no name.
    """

    attribute: str
    value: str
    points: int
    kind: Kind
    name: str = ""

    @property
    def filter(self) -> str:
        """As Algolia's `optionalFilters` takes it; only a leading dash has a meaning inside a value."""
        value = f"\\{self.value}" if self.value.startswith("-") else self.value
        return f"{self.attribute}:{value}<score={self.points}>"


class Strategy(Protocol):
    """One way to find what looks alike.

    Promises, each a contract test run on every implementation:

    - the terms of one appearance together have at most `points`, each at least 1;
    - a record with the attributes of an appearance matches every term of the same appearance, unless a term
      asks for more than the record keeps;
    - the terms come best first, so that any number of them from the beginning is the best choice;
    - a record always gets the same attributes, empty for what an appearance does not tell: what it told
      before is overwritten; and what it does not tell adds nothing to a query.
    """

    points: int
    """Its share of Algolia's 65,535 points."""

    facets: Sequence[str]
    """The attributes that Algolia has to be told to facet on."""

    def attributes(self, look: Appearance) -> dict[str, Any]:
        """What it adds to the record of a product that looks like this."""

    def terms(self, look: Appearance, counts: LabelCounts) -> list[Term]:
        """What it asks for to find products that look like this."""


def versioned(attribute: str, tag: str) -> str:
    """`visualCode`, `lite0` -> `visualCode_lite0`; raises `ValueError` for a tag that is no encoder's."""
    if not _TAG.fullmatch(tag):
        raise ValueError(f"an encoder's tag is 1 to 8 characters of a-z and 0-9, not {tag!r}")
    return f"{attribute}_{tag}"
