"""An event bus that keeps what it is given."""

from __future__ import annotations

from shared.errors import Failure
from shared.events import Parked


class InMemoryBus:
    """`failure`, when set, is raised instead of parking."""

    def __init__(self, failure: Failure | None = None) -> None:
        self.parked: list[Parked] = []
        self._failure = failure

    def park(self, parked: Parked) -> None:
        if self._failure:
            raise self._failure
        self.parked.append(parked)
