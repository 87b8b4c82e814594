"""A finder that puts queries to a real index of a strategy's records."""

from __future__ import annotations

import json
import secrets
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from statistics import fmean
from typing import Any

from devstack.algolia.documents import values_at
from devstack.algolia.engine import Engine, EngineConfig
from devstack.algolia.limits import MAX_HITS_PER_PAGE, MAX_PAGINATION
from shared.catalog.algolia import MAX_COUNTED
from shared.catalog.labels import LabelCounts
from shared.catalog.likeness import Likeness
from shared.catalog.optional_filters import Term
from shared.catalog.query import VisualQuery, search_params
from shared.catalog.vectors import reranked
from shared.model import Appearance, Refinement
from tools.evaluate.ranking import SHOWN, Nearness, Question, RankedHit, Ranking
from tools.evaluate.verdicts import VerdictRule

_INDEX = "products"
_NAMED = 12
"""Filters on one attribute whose values are told one by one; of more only the number says anything."""

Hit = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Answer:
    """The first hits of a query as they came, and with their closeness in the order of that.

    `whole` are the points of its picture, whatever products have.
    """

    query: VisualQuery
    whole: int
    found: Sequence[Hit]
    ordered: Sequence[tuple[Hit, float | None]]
    own_ms: float
    index_ms: float


class IndexFinder:
    """The index of one likeness. `products` come in the order that decides between equals.

    First hits get the verdicts of the `rule`, if there is one. `tells_whose` is whether queries with labels
    have the filter for whose labels a record has, which is counted and nothing else: here they are all ours.
    """

    def __init__(
        self,
        name: str,
        likeness: Likeness,
        products: Mapping[str, Appearance],
        rule: VerdictRule | None = None,
        *,
        tells_whose: bool = False,
    ) -> None:
        self.name = name
        self._tells_whose = tells_whose
        self._rule = rule
        self._likeness, self._window = likeness, likeness.window
        self._products = products
        self._counts = _counts([*products.values()])
        self._engine = Engine(time.time, lambda: secrets.token_hex(16), EngineConfig())
        limit = min(MAX_PAGINATION, max(MAX_HITS_PER_PAGE, len(products)))
        self._engine.set_settings(
            _INDEX, {"attributesForFaceting": list(likeness.facets), "paginationLimitedTo": limit}
        )
        records = [self._record(product, look) for product, look in products.items()]
        self._engine.batch(_INDEX, [{"action": "addObject", "body": record} for record in records])
        self.record_bytes = fmean(map(_added_bytes, records))

    def find(self, question: Question) -> Ranking:
        """Rank every product but the one left out; raises `AlgoliaError` for what Algolia would refuse."""
        with self._unseen(question):
            answer = self._answer(question.look)
            rest = self._rest(answer.query) if len(answer.found) == self._window else []
        terms, ordered = answer.query.terms, answer.ordered
        return Ranking(
            ids=[hit["objectID"] for hit, _ in ordered] + rest,
            first=tuple(
                RankedHit(hit["objectID"], _shared(terms, hit, near)) for hit, near in ordered[:SHOWN]
            ),
            matched=any(hit["_rankingInfo"]["filters"] or near is not None for hit, near in ordered[:1]),
            candidates=[hit["objectID"] for hit in answer.found] if self._likeness.sees_vectors else None,
            judged=rule.groups(question.look, answer.query, answer.whole, ordered)
            if (rule := self._rule)
            else (),
            filters=len(terms) + (self._tells_whose and any(term.kind == "label" for term in terms)),
            own_ms=answer.own_ms,
            index_ms=answer.index_ms,
        )

    def hits(self, question: Question) -> list[tuple[str, Nearness]]:
        """The first hits, and how near each is; raises as `find` does."""
        with self._unseen(question):
            answer = self._answer(question.look)
        return [
            (hit["objectID"], Nearness(hit["_rankingInfo"]["filters"] / (answer.whole or 1), near))
            for hit, near in answer.ordered
        ]

    def _record(self, product: str, look: Appearance) -> dict[str, Any]:
        return {"objectID": product, **self._likeness.attributes(look)}

    def _answer(self, look: Appearance) -> _Answer:
        started = time.perf_counter()
        terms = self._likeness.terms(look, self._counts)
        query = VisualQuery(terms)
        whole = self._likeness.whole(look, self._counts, terms)
        params = search_params(query, Refinement(hits_per_page=self._window))
        asked = time.perf_counter()
        hits = list(self._engine.search(_INDEX, params)["hits"])
        answered = time.perf_counter()
        ordered = reranked([(hit, self._likeness.closeness(look, hit)) for hit in hits], itemgetter(1))
        done = time.perf_counter()
        own, index = asked - started + done - answered, answered - asked
        return _Answer(query, whole, hits, ordered, own * 1_000, index * 1_000)

    def _rest(self, query: VisualQuery) -> list[str]:
        ids: list[str] = []
        params = search_params(query, Refinement())
        names = {name: value for name, value in params.items() if name not in {"page", "hitsPerPage"}}
        names |= {"attributesToRetrieve": ["objectID"], "length": MAX_HITS_PER_PAGE}
        while True:
            hits = self._engine.search(_INDEX, {**names, "offset": self._window + len(ids)})["hits"]
            ids += [hit["objectID"] for hit in hits]
            if len(hits) < MAX_HITS_PER_PAGE:
                return ids

    @contextmanager
    def _unseen(self, question: Question) -> Iterator[None]:
        """Let the index not know the question's own picture until the block ends."""
        if not question.product:
            yield
            return
        self._write([(question.product, question.remade)])
        try:
            yield
        finally:
            self._write([(question.product, self._products[question.product])])

    def _write(self, changes: Iterable[tuple[str, Appearance | None]]) -> None:
        """Write records, or delete them; the row freed last is the first that the engine uses again."""
        actions = [
            {"action": "deleteObject", "body": {"objectID": product}}
            if look is None
            else {"action": "addObject", "body": self._record(product, look)}
            for product, look in changes
        ]
        self._engine.batch(_INDEX, actions)


def _counts(looks: Sequence[Appearance]) -> LabelCounts:
    """The counts that Algolia gives."""
    names = [{label.name.casefold() for label in look.labels} for look in looks]
    by_label = Counter(name for product in names for name in product)
    complete = 0 < len(by_label) < MAX_COUNTED
    return LabelCounts(len(names), dict(by_label.most_common(MAX_COUNTED)), complete=complete)


def _added_bytes(record: Mapping[str, Any]) -> int:
    """The bytes that a strategy adds to a record, as the JSON that is sent to Algolia."""
    added = {name: value for name, value in record.items() if name != "objectID"}
    return len(json.dumps(added, ensure_ascii=False, separators=(",", ":")).encode())


def _shared(terms: Sequence[Term], hit: Hit, closeness: float | None) -> tuple[str, ...]:
    """The values that a hit shares with the picture: by name where they are few, else their number."""
    told = [] if closeness is None else [f"closeness {closeness:.2f}"]
    by_attribute = sorted(terms, key=lambda term: term.attribute)
    for attribute, group in groupby(by_attribute, key=lambda term: term.attribute):
        asked = list(group)
        held = {str(value).casefold() for value in values_at(hit, attribute)}
        values = [term.value for term in asked if term.value.casefold() in held]
        told += values if len(asked) <= _NAMED else [f"{len(values)} of {len(asked)} {attribute}"]
    return tuple(told)
