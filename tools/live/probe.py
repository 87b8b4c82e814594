"""A probe: one question that documentation leaves open, and all that the answers to it mean."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from shared.catalog.likeness import MAX_FILTERS
from shared.catalog.refusals import Refused
from shared.errors import Failure, Misconfigured, Permanent, Reason, Transient
from tools.live.scratch import CountedConnection, patiently

NOT_TOLD = "not told"
"""The answer where something else is in the way; `Finding.detail` says what."""

Asked = TypeVar("Asked")


@dataclass(frozen=True, slots=True)
class Finding:
    """One of a probe's answers, in short the details, and numbers to make settings of."""

    answer: str
    detail: str = ""
    numbers: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Probe(Generic[Asked]):
    """A question with all its answers and what each means, the expected one first; `source` expects it.

    `ask` finds out; it raises what no answer foresees, where the question itself is refused.
    """

    name: str
    question: str
    source: str
    answers: Mapping[str, str]
    ask: Callable[[Asked], Finding]

    @property
    def expected(self) -> str:
        """The answer that the product goes by."""
        return next(iter(self.answers))

    def meaning(self, finding: Finding) -> str:
        """The meaning of an answer for the shop."""
        return self.answers.get(finding.answer, "something else is in the way, so this is still open")

    def find(self, bench: Asked) -> Finding:
        """Ask, twice if need be; a failure is told as it is, but for one by which no question is answered."""
        try:
            return patiently(lambda: self.ask(bench))
        except (Failure, Misconfigured) as error:
            if isinstance(error, Transient) and error.reason == Reason.ALGOLIA_UNREACHABLE:
                raise
            return Finding(NOT_TOLD, str(error))


@dataclass(slots=True)
class Bench:
    """The index of the check's own, the shop's, and the product's attribute names.

    `words` is the attribute of visual words; `settings` are the shop's; so many first hits as `window` are
    put in order. `filters` and `record_bytes` are what `filters` and `record-size` found.
    """

    scratch: CountedConnection
    shop: CountedConnection
    label_facet: str
    words: str
    window: int
    settings: Mapping[str, Any]
    filters: int = MAX_FILTERS
    record_bytes: int = 0

    def points(
        self, filters: Sequence[object], index: CountedConnection | None = None, **more: object
    ) -> Mapping[str, int]:
        """The points of the first records of a search, by objectID, in the order in which they came.

        Raises `Permanent` for more optional filters than a search takes.
        """
        if len(filters) > self.filters:
            raise Permanent(Reason.ALGOLIA_REFUSED, f"a search takes {self.filters} optional filters")
        answer = searched(index or self.scratch, optionalFilters=filters, **more)
        return {hit["objectID"]: hit["_rankingInfo"]["filters"] for hit in answer["hits"]}

    def holds(self, product: str, wanted: str, index: CountedConnection | None = None) -> bool:
        """Tell whether a filter gives a product points, which one that is refused does not."""
        try:
            return bool(self.points([wanted], index).get(product))
        except Refused:
            return False


def searched(index: CountedConnection, **params: object) -> dict[str, Any]:
    """The answer to a search that no statistics count."""
    told = {"attributesToRetrieve": ["objectID"], "attributesToHighlight": [], "analytics": False}
    return index.search({"hitsPerPage": 20, **told, "getRankingInfo": True, **params})


def refused(ask: Callable[[], object]) -> str:
    """The words in which Algolia refuses it; empty where it does not."""
    try:
        ask()
    except Refused as error:
        return error.told
    return ""
