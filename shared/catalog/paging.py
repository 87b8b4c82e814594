"""Pages of a result whose first hits are put in another order than Algolia's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from operator import attrgetter

from shared.catalog.strategies.code import reranked
from shared.catalog.strategies.likeness import RERANKED
from shared.model import Answer, Hit, Refinement


def widened(refinement: Refinement) -> Refinement:
    """What to ask Algolia for so that the page can be cut out of the re-ranked hits.

    Pages that hold them all, and those behind them, stay as they are. The others are cut out of 100 or 200
    hits: how many of those Algolia lets anybody page through tells how many pages of any other size there
    are, as long as its setting `paginationLimitedTo` is a multiple; it is 1,000 by default.
    """
    size = refinement.hits_per_page
    start = refinement.page * size
    if max(start, size) >= RERANKED:
        return refinement
    return replace(refinement, page=0, hits_per_page=RERANKED * (1 if start + size <= RERANKED else 2))


def page_of(answer: Answer, asked: Refinement, wanted: Refinement) -> Answer:
    """The wanted page of the answer to what was asked for: re-ranked, cut out, and counted anew."""
    if asked.page:
        return answer
    if asked == wanted:
        return replace(answer, hits=tuple(_ordered(answer.hits)))
    start = wanted.page * wanted.hits_per_page
    hits = _ordered(answer.hits)[start : start + wanted.hits_per_page]
    paging = {"page": wanted.page, "hitsPerPage": wanted.hits_per_page, "nbPages": _pages(answer, wanted)}
    return replace(answer, hits=tuple(hits), raw={**answer.raw, **paging})


def _ordered(hits: Sequence[Hit]) -> list[Hit]:
    return [*reranked(hits[:RERANKED], attrgetter("closeness")), *hits[RERANKED:]]


def _pages(answer: Answer, wanted: Refinement) -> int:
    """Pages of the wanted size within what Algolia lets anybody page through."""
    asked: int = answer.raw["hitsPerPage"]
    reachable: int = min(answer.raw.get("nbHits", 0), answer.raw.get("nbPages", 0) * asked)
    if len(answer.hits) < asked:
        reachable = len(answer.hits)
    return -(-reachable // wanted.hits_per_page)
