"""Ways to find what looks alike in a plain index: facets of a record, and scored filters of a query.

Algolia's points are shared out so that no part of a query drowns another. One filter scores at most 65,535
(Algolia, "Filter scoring"). What the sum of several does above that is not documented, so everything together
stays within it:

| part              | points | why                                                                         |
| ----------------- | ------ | --------------------------------------------------------------------------- |
| labels            | 10,000 | ten of 1,000 each: fine steps of confidence and rarity                      |
| visual words      | 30,000 | the strongest signal, and 118 integer steps of a vector need room           |
| whose labels      | 10,000 | as much as labels: those of another recogniser lift no product over ours    |
| the shop's own    | 15,535 | the rest: enough to lift a product over all that labels can say             |
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from shared.catalog.rarity import LabelCounts
from shared.model import Appearance

ALGOLIA_POINTS = 65_535
ALGOLIA_FILTERS = 1_000
"""Of one query (Algolia, "Service limits")."""

LABEL_POINTS = 10_000
WORD_POINTS = 30_000
SOURCE_POINTS = LABEL_POINTS
SHOP_POINTS = ALGOLIA_POINTS - LABEL_POINTS - WORD_POINTS - SOURCE_POINTS

_TAG = re.compile(r"[a-z0-9]{1,8}")

Kind = Literal["label", "word", "source"]
"""`source` stands for whose labels a record has: see `labels.source_term`."""


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
