"""Optional filters, by whose scores a query ranks: our terms, and the shop's own beside them.

Algolia's points are shared out so that no part of a query drowns another. One filter scores at most 65,535
(Algolia, "Filter scoring"). What the sum of several does above that is not documented, so everything together
stays within it:

| part              | points | why                                                                         |
| ----------------- | ------ | --------------------------------------------------------------------------- |
| labels            | 10,000 | ten of 1,000 each: fine steps of confidence and rarity                      |
| visual words      | 30,000 | the strongest signal, and 118 integer steps of a vector need room           |
| whose labels      | 10,000 | as much as labels: those of another recognizer lift no product over ours;   |
|                   |        | 1 where hits are put in order by codes                                      |
| the shop's own    | 15,535 | the rest: enough to lift a product over all that labels can say             |
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from shared.errors import Permanent, Reason

ALGOLIA_POINTS = 65_535
ALGOLIA_FILTERS = 1_000
"""Of one query (Algolia, "Service limits")."""

LABEL_POINTS = 10_000
WORD_POINTS = 30_000
RECOGNIZER_POINTS = LABEL_POINTS
SHOP_POINTS = ALGOLIA_POINTS - LABEL_POINTS - WORD_POINTS - RECOGNIZER_POINTS

SHOP_FILTERS = 50

_FORM = re.compile(r"[^:]+:.+?(?:<score=(?P<score>\d{1,5})>)?", re.DOTALL)

Kind = Literal["label", "word", "recognizer"]
"""`recognizer` stands for whose labels a record has: see `labels.recognizer_filter`."""


class Term(NamedTuple):
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
        return f"{facet_filter(self.attribute, self.value)}<score={self.points}>"


def facet_filter(attribute: str, value: str) -> str:
    """As Algolia takes it in lists; a leading dash would negate it."""
    return f"{attribute}:\\{value}" if value.startswith("-") else f"{attribute}:{value}"


def best_first(terms: Iterable[Term]) -> list[Term]:
    """Order by points, equals as they came; terms without points are left out."""
    return sorted((term for term in terms if term.points > 0), key=lambda term: -term.points)


def check_optional_filters(filters: Sequence[str]) -> None:
    """Raises `Permanent` for what is no filter, too many of them, or too many points."""
    matches = [_FORM.fullmatch(text) for text in filters]
    for text, match in zip(filters, matches, strict=True):
        if match is None or ("<score=" in text and match["score"] is None):
            raise Permanent(
                Reason.BAD_FILTERS, f"write optional filters as attribute:value<score=N>, not {text!r}"
            )
    points = sum(int(match["score"] or 1) for match in matches if match)
    if len(filters) > SHOP_FILTERS or points > SHOP_POINTS:
        raise Permanent(
            Reason.BAD_FILTERS,
            f"at most {SHOP_FILTERS} optional filters with {SHOP_POINTS} points in all, not {len(filters)}"
            f" with {points}; the remaining points of Algolia's {ALGOLIA_POINTS} are the picture's",
        )
