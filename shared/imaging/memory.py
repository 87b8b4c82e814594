"""Memory for pictures: a budget shared by all threads."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from shared.errors import Transient
from shared.reasons import Reason


class MemoryBudget:
    """A weighted semaphore: what is held at one time never exceeds `total_bytes`.

    First come, first served; who cannot be served within `patience` seconds is turned away. Thread-safe.
    """

    def __init__(self, total_bytes: int, patience: float) -> None:
        self.total_bytes = total_bytes
        self._patience = patience
        self._free = total_bytes
        self._changed = threading.Condition()
        self._queue: deque[object] = deque()

    @contextmanager
    def held(self, size: int) -> Iterator[None]:
        """Hold `size` bytes of the budget for the length of the block.

        Raises `Transient("busy")` when they do not become free in time, `ValueError` when they never can.
        """
        if not 0 <= size <= self.total_bytes:
            raise ValueError(f"{size} bytes can never be held, the budget has {self.total_bytes}")
        self._take(size)
        try:
            yield
        finally:
            self._give_back(size)

    @contextmanager
    def growing(self) -> Iterator[Callable[[int], None]]:
        """Hold what is asked for bit by bit in the block, by calling the result with a number of bytes.

        That raises `Transient("busy")` when they do not become free in time, also where they never can.
        """
        held: list[int] = []

        def more(size: int) -> None:
            self._take(size)
            held.append(size)

        try:
            yield more
        finally:
            self._give_back(sum(held))

    def _take(self, size: int) -> None:
        ticket = object()
        with self._changed:
            self._queue.append(ticket)
            try:
                if not self._changed.wait_for(lambda: self._serves(ticket, size), self._patience):
                    raise Transient(Reason.BUSY, "too many large pictures at this moment", retry_after=1.0)
                self._free -= size
            finally:
                self._queue.remove(ticket)
                self._changed.notify_all()

    def _serves(self, ticket: object, size: int) -> bool:
        return self._queue[0] is ticket and self._free >= size

    def _give_back(self, size: int) -> None:
        with self._changed:
            self._free += size
            self._changed.notify_all()
