"""How Algolia's points are shared out, so that no part of a query drowns another.

One filter scores at most 65,535 (Algolia, "Filter scoring"). What the sum of several does above that is not
documented, so everything together stays within it:

| part              | points | why                                                                         |
| ----------------- | ------ | --------------------------------------------------------------------------- |
| labels            | 10,000 | ten of 1,000 each: fine steps of confidence and rarity                      |
| visual words      | 30,000 | the strongest signal, and 118 integer steps of a vector need room           |
| whose labels      | 10,000 | as much as labels: those of another recogniser lift no product over ours    |
| the shop's own    | 15,535 | the rest: enough to lift a product over all that labels can say             |
"""

from __future__ import annotations

ALGOLIA_POINTS = 65_535
ALGOLIA_FILTERS = 1_000
"""Of one query (Algolia, "Service limits")."""

LABELS = 10_000
WORDS = 30_000
SOURCE = LABELS
SHOP = ALGOLIA_POINTS - LABELS - WORDS - SOURCE
