"""Pages of hits in a better order than Algolia's: cut out of the first hits, beyond those Algolia's own.

Hits count in groups: with Algolia's setting `distinct` of two or more, all numbers of its answer are numbers
of groups, and each hit says its place in its group (`_distinctSeqID`, 0 for the first). Without, each hit is
a group. Algolia may give fewer than asked for: a key's `maxHitsPerQuery` caps every page, and the index's
`paginationLimitedTo` ends the last one early.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, Self

from shared.catalog.labels import LabelCounts
from shared.catalog.vectors import reranked
from shared.model import Hit, Refinement, SearchAnswer

Find = Callable[[Refinement], SearchAnswer]
"""Asks Algolia, and says how close each hit is."""

_Group = Sequence[Hit]


def reranked_page(find: Find, wanted: Refinement, counts: LabelCounts, window: int) -> SearchAnswer:
    """The wanted page of the hits, of which the first, a `window` of them, are in order of closeness.

    All pages within the window are cut out of one and the same order, and only if the window holds them
    whole: so no product is on two pages, and none on no page, whatever Algolia gives.
    """
    asked = replace(wanted, page=0, hits_per_page=_asked(wanted.hits_per_page, window))
    if wanted.page * wanted.hits_per_page >= asked.hits_per_page:
        return find(wanted)
    first = _First.of(find(asked), asked, wanted.hits_per_page, window)
    if not first.covers(wanted.page):
        return find(wanted)
    pages = first.pages(counts)
    return first.page(wanted.page, find(wanted).raw["nbPages"] if pages is None else pages)


def _asked(size: int, window: int) -> int:
    """The hits to ask for: whole pages that hold all that is re-ranked."""
    return size * math.ceil(window / size)


@dataclass(frozen=True, slots=True)
class _First:
    """The first groups of a search, as an answer with room for `room` of them has them; `size` make a page.

    `whole` of them are in pages that are here whole: the others, Algolia has to be asked for again. The first
    of them, a `window`, are re-ranked.
    """

    answer: SearchAnswer
    groups: Sequence[_Group]
    room: int
    size: int
    whole: int
    window: int

    @classmethod
    def of(cls, answer: SearchAnswer, asked: Refinement, size: int, window: int) -> Self:
        """Read what Algolia gave: its answer says how many hits a page may have."""
        groups, room = _groups(answer.hits), answer.raw.get("hitsPerPage") or asked.hits_per_page
        size = min(size, room)
        if _pages(answer) <= 1:
            whole = len(groups)
        else:
            # With holes in it, nobody knows which of Algolia's pages a hit is on.
            whole = len(groups) // size * size if len(groups) >= room else 0
        return cls(answer, groups, room, size, whole, window)

    def covers(self, page: int) -> bool:
        """Tell whether all of that page is here, if only because there is no more."""
        return _pages(self.answer) <= 1 or (page + 1) * self.size <= self.whole

    def pages(self, counts: LabelCounts) -> int | None:
        """The number of pages that have a hit; None where neither the answer nor the `counts` tell.

        Algolia counts the pages of the window's size. How many of another size there are depends on how far
        anybody may page, which no answer says but one with a single hit on each page: that of the counts.
        """
        pages = _pages(self.answer)
        if pages <= 1:
            return math.ceil(len(self.groups) / self.size)
        hits, told = self.answer.raw.get("nbHits", 0), counts.reachable
        least = max((pages - 1) * self.room + 1, min(hits, told))
        most = min(hits, pages * self.room, told if 0 < told < counts.records else hits)
        few, many = (math.ceil(count / self.size) for count in (least, most))
        return few if few == many else None

    def page(self, page: int, pages: int) -> SearchAnswer:
        """The answer with the groups of one page; the best come first, but what is pinned keeps its place."""
        head = min(self.window, self.whole)
        ordered = [*reranked(self.groups[:head], _closeness), *self.groups[head:]]
        hits = chain.from_iterable(ordered[page * self.size : (page + 1) * self.size])
        paging: dict[str, Any] = {"page": page, "hitsPerPage": self.size, "nbPages": pages}
        return replace(self.answer, hits=tuple(hits), raw={**self.answer.raw, **paging})


def _pages(answer: SearchAnswer) -> int:
    pages: int = answer.raw.get("nbPages", 0)
    return pages


def _groups(hits: Iterable[Hit]) -> Sequence[_Group]:
    groups: list[list[Hit]] = []
    for hit in hits:
        if groups and hit.record.get("_distinctSeqID"):
            groups[-1].append(hit)
        else:
            groups.append([hit])
    return groups


def _closeness(group: _Group) -> float | None:
    """The closeness of the group's closest hit; None for a pinned group, which keeps its place."""
    near: list[float] = []
    for hit in group:
        if hit.record.get("_rankingInfo", {}).get("promoted"):
            return None
        if hit.closeness is not None:
            near.append(hit.closeness)
    return max(near, default=None)
