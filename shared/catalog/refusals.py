"""A search that Algolia refuses is asked again with less of the picture: some products are better than none.

How many filters a query may have, and which parameters, depends on a shop's plan, key and index; a search
without any of the picture's own shows whether they are to blame at all.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from enum import IntEnum
from typing import TypeVar

from shared.catalog.optional_filters import Term
from shared.catalog.query import VisualQuery
from shared.errors import Permanent, Reason
from shared.logs import log

TRY_AGAIN = 600.0
"""Seconds until all of a picture is asked for again. A raised limit is noticed without a new deployment, and
of an instance's searches in ten minutes one waits for up to five refusals, which come at once."""

PATIENCE = 1.0
"""Seconds in which refusals are answered by asking again; no shopper waits for more of them."""

T = TypeVar("T")


class Refused(Permanent):
    """Algolia refuses a request's parameters; `told` is what it says."""

    def __init__(self, told: str) -> None:
        super().__init__(Reason.ALGOLIA_REFUSED, f"Algolia refuses the request with 400: {told}")
        self.told = told


class Step(IntEnum):
    """As much of a picture as is asked for, each less than the one before."""

    ALL = 0
    PLAIN = 1
    HALF_OF_THE_WORDS = 2
    LABELS = 3
    BEST_LABELS = 4
    NOTHING = 5


class Accepted:
    """Asks with as much of a picture as Algolia takes, which later searches begin with for `TRY_AGAIN`.

    One instance serves all threads of a process.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._known = Step.ALL, clock()

    def ask(self, query: VisualQuery, send: Callable[[VisualQuery], T]) -> tuple[VisualQuery, T]:
        """Ask until it is taken; returns what was taken, and the answer.

        Raises `Refused` where the search is refused without the picture too, or refusals take longer than
        `PATIENCE`; and whatever else `send` raises.
        """
        until = self._clock() + PATIENCE
        told: str | None = None
        for step, asked in _ever_less(query, self._first()):
            try:
                answer = send(asked)
            except Refused as error:
                if step == Step.NOTHING or self._clock() > until:
                    raise
                told = error.told
            else:
                if told is not None:
                    self._remember(step, asked, told)
                return asked, answer
        raise AssertionError("the last step answers or raises")

    def _first(self) -> Step:
        step, until = self._known
        return step if self._clock() < until else Step.ALL

    def _remember(self, step: Step, asked: VisualQuery, told: str) -> None:
        """One line says so, however many searches find it out at the same time."""
        with self._lock:
            news = step != self._first()
            self._known = step, self._clock() + TRY_AGAIN
        if news:
            detail = f"Algolia: {told}; {_advice(step, asked)}"
            log(logging.WARNING, "filters refused", reason=Reason.ALGOLIA_REFUSED, detail=detail)


def _ever_less(query: VisualQuery, first: Step) -> Iterator[tuple[Step, VisualQuery]]:
    """The steps from the `first` on that ask for less than the one before."""
    last: tuple[VisualQuery, bool] | None = None
    for step in Step:
        asked = _at(step, query)
        if step >= first and (asked, asked.plain) != last:
            yield step, asked
            last = asked, asked.plain


def _at(step: Step, query: VisualQuery) -> VisualQuery:
    """The query as far as the step goes; the best words and labels come first."""
    if step == Step.NOTHING:
        return replace(query, terms=(), bare=True)
    words, labels = ([term for term in query.terms if term.kind == kind] for kind in ("word", "label"))
    dropped = set[Term]()
    if step >= Step.HALF_OF_THE_WORDS:
        dropped |= {*words[len(words) // 2 if step == Step.HALF_OF_THE_WORDS else 0 :]}
    if step == Step.BEST_LABELS:
        dropped |= {*labels[(len(labels) + 2) // 3 :]}
    left = [term for term in query.terms if term not in dropped]
    return replace(query, terms=left if dropped else query.terms, plain=step >= Step.PLAIN)


def _advice(step: Step, asked: VisualQuery) -> str:
    match step:
        case Step.PLAIN:
            return "it took all filters, without the parameters that turn off what else orders hits"
        case Step.HALF_OF_THE_WORDS:
            return f"it took {len(asked.terms)} filters; lower MAX_FILTERS to what your plan allows"
        case Step.LABELS:
            return "it took labels alone; lower MAX_FILTERS, or leave words out of STRATEGIES"
        case Step.BEST_LABELS:
            return f"it took {len(asked.terms)} filters of labels; lower MAX_FILTERS or MAX_LABELS"
        case _:
            return (
                "it took the search without the picture; mend what it names, lower MAX_FILTERS, or leave out"
                " of STRATEGIES what it does not take"
            )
