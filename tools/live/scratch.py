"""An index of the check's own: made, asked a bounded number of times, and removed again."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import quote

from algoliasearch.http.verb import Verb

from shared.catalog.connection import Connection
from shared.catalog.transport import FailoverTransporter
from shared.errors import Failure, Misconfigured, Permanent, Reason

PREFIX = "visual-search-check"
FORGOTTEN = 3_600
"""Seconds after which an index of this kind is one that a killed check left."""

MAX_REQUESTS = 300
PATIENCE = 60.0
"""Seconds that Algolia may take to apply a change."""

_NAME = re.compile(rf"{PREFIX}-(?P<made>\d{{10}})-[0-9a-f]{{8}}(_\w+)?")


@dataclass(slots=True)
class Budget:
    """Requests so far, of which there may be `most`; those of a kind are counted under its name."""

    most: int = MAX_REQUESTS
    spent: dict[str, int] = field(default_factory=dict)

    def spend(self, kind: str) -> None:
        """Count a request before it is made; raises `Permanent` for one too many."""
        if sum(self.spent.values()) >= self.most:
            raise Permanent(Reason.ALGOLIA_REFUSED, f"the check has made {self.most} requests, its limit")
        self.spent[kind] = self.spent.get(kind, 0) + 1


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
        """Wait until a task is done; raises `Transient` after `PATIENCE`."""
        for _ in self.watch(task, PATIENCE):
            pass

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
    """A new index, without a record yet, and removed when the block ends, however it ends."""
    index = connection.of(new_name(clock()))
    try:
        yield index
    finally:
        remove(connection, [index.name])


def forgotten(connection: CountedConnection, now: float) -> Sequence[str]:
    """The indices that killed checks left, those first that have replicas."""
    there = {entry["name"]: "primary" in entry for entry in connection.all_indices()}
    matches = {name: _NAME.fullmatch(name) for name in there}
    old = [name for name, match in matches.items() if match and now - int(match["made"]) > FORGOTTEN]
    return sorted(old, key=lambda name: there[name])


def remove(connection: CountedConnection, names: Sequence[str]) -> None:
    """Delete indices and their replicas, which become independent once their primary is gone.

    Has requests of its own: a spent budget leaves nothing behind.
    """
    careful = CountedConnection(connection.transporter, connection.name, Budget())
    for name in names:
        index = careful.of(name)
        with suppress(Misconfigured):  # it was never made
            replicas = index.settings().get("replicas", [])
            index.apply(index.drop())
            for replica in replicas:
                with suppress(Failure, Misconfigured):
                    careful.of(replica.removeprefix("virtual(").removesuffix(")")).drop()
