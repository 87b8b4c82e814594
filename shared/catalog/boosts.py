"""The shop's own optional filters beside ours: what they may take of Algolia's points."""

from __future__ import annotations

import re
from collections.abc import Sequence

from shared.catalog.strategies import ALGOLIA_POINTS, SHOP_POINTS
from shared.errors import Permanent
from shared.reasons import Reason

SHOP_FILTERS = 50

_FORM = re.compile(r"[^:]+:.+?(?:<score=(?P<score>\d{1,5})>)?", re.DOTALL)


def check(filters: Sequence[str]) -> None:
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
