"""Writes as tasks: accepted at once, visible once published, always in the order of acceptance."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from devstack.algolia.errors import AlgoliaError
from devstack.algolia.limits import MAX_PENDING_TASKS


@dataclass(frozen=True, slots=True)
class Task:
    """A change to make when its time has come; `index` is the index it was sent to."""

    number: int
    index: str
    due: float
    change: Callable[[], None]


class TaskQueue:
    """Pending tasks; `delay` is in seconds, times are in seconds of whatever clock the caller reads."""

    def __init__(self, delay: float, last_number: int = 0) -> None:
        self._delay = delay
        self._pending: deque[Task] = deque()
        self.last_number = last_number

    def submit(self, index: str, now: float, change: Callable[[], None]) -> int:
        """Accept a change and return its task number; raises AlgoliaError (429) when too many wait."""
        if len(self._pending) >= MAX_PENDING_TASKS:
            raise AlgoliaError("Too many jobs: the job queue is too large", HTTPStatus.TOO_MANY_REQUESTS)
        self.last_number += 1
        self._pending.append(Task(self.last_number, index, now + self._delay, change))
        return self.last_number

    def publish(self, now: float) -> None:
        """Make every change that is due."""
        while self._pending and self._pending[0].due <= now:
            self._pending.popleft().change()

    def pending(self, index: str) -> int:
        """Return how many tasks of an index wait."""
        return sum(task.index == index for task in self._pending)

    def published(self, number: int) -> bool:
        """Return whether a task is done; raises AlgoliaError (404) for a number never given out."""
        if not 0 < number <= self.last_number:
            raise AlgoliaError(f"Task {number} does not exist", HTTPStatus.NOT_FOUND)
        return not self._pending or number < self._pending[0].number
