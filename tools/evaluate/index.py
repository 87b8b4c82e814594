"""Strategies in a real index: the local engine holds the records and is asked as Algolia is."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import groupby
from operator import itemgetter
from statistics import fmean
from typing import Any

from devstack.algolia.documents import values_at
from devstack.algolia.engine import Engine, EngineConfig
from devstack.algolia.limits import MAX_HITS_PER_PAGE, MAX_PAGINATION
from shared.catalog.rarity import LabelCounts
from shared.catalog.strategies import Term
from shared.catalog.strategies.code import reranked
from shared.model import Appearance
from tools.evaluate.contenders import Contender
from tools.evaluate.ranking import SHOWN, Found, Question, Ranking

RERANKED = 100
"""Hits whose order a re-ranking may change: one page of Algolia's, fetched at once."""

_INDEX = "products"
_NAMED = 12
"""Filters on one attribute whose values are told one by one; of more only the number says anything."""

Hit = Mapping[str, Any]


class IndexFinder:
    """One contender's index. `products` are told how they look in the order that decides between equals."""

    def __init__(self, contender: Contender, products: Mapping[str, Appearance], counts: LabelCounts) -> None:
        self.name = contender.name
        self._strategy = contender.strategy
        self._closeness = contender.rerank
        self._counts = counts
        self._products = products
        self._engine = Engine(time.time, lambda: secrets.token_hex(16), EngineConfig())
        limit = min(MAX_PAGINATION, max(MAX_HITS_PER_PAGE, len(products)))
        self._engine.set_settings(
            _INDEX, {"attributesForFaceting": list(self._strategy.facets), "paginationLimitedTo": limit}
        )
        records = [self._record(product, look) for product, look in products.items()]
        self._engine.batch(_INDEX, [{"action": "addObject", "body": record} for record in records])
        self.record_bytes = fmean(map(_added_bytes, records))

    def find(self, question: Question) -> Ranking:
        """Rank every product but the one left out; raises `AlgoliaError` for what Algolia would refuse."""
        started = time.perf_counter()
        terms = self._strategy.terms(question.look, self._counts)
        asked = time.perf_counter()
        params = {"optionalFilters": [term.filter for term in terms], "attributesToHighlight": []}
        with self._unseen(question):
            hits = self._first_page(params)
            answered = time.perf_counter()
            ordered = self._reranked(question.look, hits)
            done = time.perf_counter()
            rest = self._rest(params) if len(hits) == RERANKED else []
        return Ranking(
            ids=[hit["objectID"] for hit, _ in ordered] + rest,
            first=tuple(Found(hit["objectID"], _shared(terms, hit, near)) for hit, near in ordered[:SHOWN]),
            matched=any(hit["_rankingInfo"]["filters"] or near is not None for hit, near in ordered[:1]),
            filters=len(terms),
            own_ms=(asked - started + done - answered) * 1_000,
            index_ms=(answered - asked) * 1_000,
        )

    def _record(self, product: str, look: Appearance) -> dict[str, Any]:
        return {"objectID": product, **self._strategy.attributes(look)}

    def _first_page(self, params: Mapping[str, Any]) -> list[Hit]:
        answer = self._engine.search(_INDEX, {**params, "getRankingInfo": True, "hitsPerPage": RERANKED})
        return list(answer["hits"])

    def _rest(self, params: Mapping[str, Any]) -> list[str]:
        ids: list[str] = []
        names = {**params, "attributesToRetrieve": ["objectID"], "length": MAX_HITS_PER_PAGE}
        while True:
            hits = self._engine.search(_INDEX, {**names, "offset": RERANKED + len(ids)})["hits"]
            ids += [hit["objectID"] for hit in hits]
            if len(hits) < MAX_HITS_PER_PAGE:
                return ids

    def _reranked(self, look: Appearance, hits: Sequence[Hit]) -> list[tuple[Hit, float | None]]:
        """Hits with their closeness, None where nothing tells it."""
        if self._closeness is None:
            return [(hit, None) for hit in hits]
        return reranked([(hit, self._closeness(look, hit)) for hit in hits], itemgetter(1))

    @contextmanager
    def _unseen(self, question: Question) -> Iterator[None]:
        """Let the index not know the question's own picture until the block ends."""
        if not question.product:
            yield
            return
        self._put(question.product, question.remade)
        try:
            yield
        finally:
            self._put(question.product, self._products[question.product])

    def _put(self, product: str, look: Appearance | None) -> None:
        """Write a product's record, or delete it; the engine puts it back where it stood among equals."""
        if look is None:
            action = {"action": "deleteObject", "body": {"objectID": product}}
        else:
            action = {"action": "addObject", "body": self._record(product, look)}
        self._engine.batch(_INDEX, [action])


def _added_bytes(record: Mapping[str, Any]) -> int:
    """What a strategy adds to a record, as the JSON that is sent to Algolia."""
    added = {name: value for name, value in record.items() if name != "objectID"}
    return len(json.dumps(added, ensure_ascii=False, separators=(",", ":")).encode())


def _shared(terms: Sequence[Term], hit: Hit, closeness: float | None) -> tuple[str, ...]:
    """What a hit shares with the picture: values by name where they are few, else their number."""
    told = [] if closeness is None else [f"closeness {closeness:.2f}"]
    by_attribute = sorted(terms, key=lambda term: term.attribute)
    for attribute, group in groupby(by_attribute, key=lambda term: term.attribute):
        asked = list(group)
        held = {str(value).casefold() for value in values_at(hit, attribute)}
        values = [term.value for term in asked if term.value.casefold() in held]
        told += values if len(asked) <= _NAMED else [f"{len(values)} of {len(asked)} {attribute}"]
    return tuple(told)
