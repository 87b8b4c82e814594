"""A probe: one question that documentation leaves open, and all that the answers to it mean."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from shared.catalog.refusals import Refused
from shared.errors import Permanent
from tools.live.scratch import CountedConnection

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

    `ask` finds out; it raises `Permanent` where the question itself is refused.
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
        """Ask; a failure that no answer foresees is told as it is, but for one that another try may mend."""
        try:
            return self.ask(bench)
        except Permanent as error:
            return Finding(NOT_TOLD, str(error))


@dataclass(slots=True)
class Bench:
    """The index of the check's own, the shop's, and the product's attribute names.

    `words` is the attribute of visual words; `record_bytes` is what `record-size` found.
    """

    scratch: CountedConnection
    shop: CountedConnection
    label_facet: str
    words: str
    record_bytes: int = 0

    def points(self, filters: Sequence[object], **more: object) -> Mapping[str, int]:
        """The points of the first records of a search with these optional filters, best first."""
        return points(self.scratch, filters, **more)


def points(index: CountedConnection, filters: Sequence[object], **more: object) -> Mapping[str, int]:
    """The points of the first records of a search, by objectID, in the order in which they came."""
    answer = searched(index, optionalFilters=filters, **more)
    return {hit["objectID"]: hit["_rankingInfo"]["filters"] for hit in answer["hits"]}


def holds(index: CountedConnection, product: str, wanted: str) -> bool:
    """Tell whether a filter gives a product points, which one that is refused does not."""
    try:
        return bool(points(index, [wanted]).get(product))
    except Permanent:
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
