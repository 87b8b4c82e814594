"""An index of the check's own: made, asked a bounded number of times, and removed again."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Self, TypeVar
from urllib.parse import quote

from algoliasearch.http.verb import Verb

from shared.catalog.connection import Connection
from shared.catalog.transport import FailoverTransporter
from shared.errors import Failure, Misconfigured, Permanent, Reason, Transient

PREFIX = "visual-search-check"
FORGOTTEN = 3_600
"""Seconds after which an index of this kind is one that a killed check left."""

REPLICAS = ("standard", "virtual")
"""The kinds of an index's replicas, each of which ends a name."""

MAX_REQUESTS = 300
PATIENCE = 60.0
"""Seconds that Algolia may take to apply a change."""

_LONGEST_PAUSE = 8.0

T = TypeVar("T")

_NAME = re.compile(rf"{PREFIX}-(?P<made>\d{{10}})-[0-9a-f]{{8}}(_\w+)?")


@dataclass(slots=True)
class Budget:
    """Requests so far, of which there may be `most`; those of a kind are counted under its name.

    So many are `kept` for the removal of what is made.
    """

    most: int = MAX_REQUESTS - 1
    kept: int = 40
    spent: dict[str, int] = field(default_factory=dict)

    def spend(self, kind: str) -> None:
        """Count a request before it is made; raises `Permanent` for one too many."""
        if (made := sum(self.spent.values())) >= self.most - self.kept:
            raise Permanent(Reason.ALGOLIA_REFUSED, f"the check has made {made} requests, its limit")
        self.spent[kind] = self.spent.get(kind, 0) + 1


class Left(Permanent):
    """An index of the check's own could not be removed."""

    def __init__(self, name: str, error: Exception) -> None:
        super().__init__(Reason.ALGOLIA_REFUSED, f"{name} is left, delete it in Algolia's dashboard: {error}")


class CountedConnection(Connection):
    """A connection that keeps to its `budget`, and can do what only an index of one's own has done to it."""

    def __init__(self, transporter: FailoverTransporter, index: str, budget: Budget) -> None:
        super().__init__(transporter, index)
        self.budget = budget
        self.transporter = transporter
        self.name = index

    def of(self, index: str) -> Self:
        """Connect to another index, within the same budget."""
        return type(self)(self.transporter, index, self.budget)

    def apply(self, task: int) -> None:
        """Wait until a task is done, in growing pauses; raises `Transient` after `PATIENCE`."""
        pause = 0.0
        for done in self.watch(task, PATIENCE):
            if not done:
                time.sleep(pause)
            pause = min(2 * pause + 0.5, _LONGEST_PAUSE)

    def pin(self, context: str, product: str) -> int:
        """Have a rule put a record first in searches of a context; returns the number of the task."""
        rule = {
            "objectID": context,
            "conditions": [{"context": context}],
            "consequence": {"promote": [{"objectID": product, "position": 0}]},
        }
        return int(self._ask(Verb.PUT, f"{self._path}/rules/{quote(context, safe='')}", rule)["taskID"])

    def drop(self) -> int:
        """Delete the index; returns the number of the task."""
        return int(self._ask(Verb.DELETE, self._path)["taskID"])

    def all_indices(self) -> Iterator[dict[str, Any]]:
        """The indices of the application that the key may see."""
        page, pages = 0, 1
        while page < pages:
            answer = self._ask(Verb.GET, f"/1/indexes?page={page}&hitsPerPage=1000")
            yield from answer["items"]
            page, pages = page + 1, answer.get("nbPages", 1)

    def _ask(
        self,
        verb: Verb,
        path: str,
        body: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        reads: bool = False,
    ) -> dict[str, Any]:
        self.budget.spend("searches" if path.endswith("/query") else "others")
        return super()._ask(verb, path, body, headers, reads=reads)


def new_name(now: float) -> str:
    """The name of something that a check makes, which tells when, in seconds."""
    return f"{PREFIX}-{int(now):010d}-{secrets.token_hex(4)}"


@contextmanager
def made(
    connection: CountedConnection, clock: Callable[[], float] = time.time
) -> Iterator[CountedConnection]:
    """A new index, without a record yet, and removed when the block ends, however it ends.

    Raises `Misconfigured` before anything is made where the key may not remove it, and `Left`.
    """
    index = connection.of(new_name(clock()))
    index.apply(index.drop())
    try:
        yield index
    finally:
        connection.budget.kept = 0
        remove(connection, [index.name])


def forgotten(connection: CountedConnection, now: float) -> Sequence[str]:
    """The indices that killed checks left."""
    matches = filter(None, (_NAME.fullmatch(entry["name"]) for entry in connection.all_indices()))
    return sorted(match[0] for match in matches if now - int(match["made"]) > FORGOTTEN)


def remove(connection: CountedConnection, names: Sequence[str]) -> None:
    """Delete indices, then their replicas, which are independent once their primary is gone.

    Raises `Left`.
    """
    for primary in dict.fromkeys(name.partition("_")[0] for name in names):
        for name in (primary, *(f"{primary}_{kind}" for kind in REPLICAS)):
            index = connection.of(name)
            try:
                patiently(lambda there=index: there.apply(there.drop()))  # type: ignore[misc]
            except (Failure, Misconfigured) as error:
                if not (isinstance(error, Misconfigured) and error.setting == "ALGOLIA_INDEX"):
                    raise Left(name, error) from error


def patiently(ask: Callable[[], T]) -> T:
    """Ask, and once more after a while where that may help."""
    try:
        return ask()
    except Transient as error:
        time.sleep(min(1.0 if error.retry_after is None else error.retry_after, PATIENCE))
        return ask()
