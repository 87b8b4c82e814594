"""One event of a product at a time in an instance, and what the last ones wrote and saw."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from shared.errors import Transient
from shared.model import StoredPicture
from shared.reasons import Reason

PATIENCE = 8.0
"""Seconds to wait for the event before; then this one has to come again."""

REMEMBERED = 10_000
"""Products whose last version is known, the latest."""


@dataclass(slots=True)
class Turn:
    """The right to work on a product.

    `version` is what was last written here, 0 for nothing; `newest` the newest picture of the last listing.
    """

    version: int = 0
    newest: StoredPicture | None = None
    waiting: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


class Turns:
    """Gives turns to threads, in an order of its own; several threads share one."""

    def __init__(self, patience: float = PATIENCE, remembered: int = REMEMBERED) -> None:
        self._patience = patience
        self._remembered = remembered
        self._turns: OrderedDict[str, Turn] = OrderedDict()
        self._lock = threading.Lock()

    @contextmanager
    def of(self, product: str) -> Iterator[Turn]:
        """Work on the product inside this; raises `Transient` when others take longer than `patience`."""
        turn = self._taken(product)
        try:
            if not turn.lock.acquire(timeout=self._patience):
                raise Transient(
                    Reason.BEING_LABELLED, f"another event about {product!r} is still being handled"
                )
            try:
                yield turn
            finally:
                turn.lock.release()
        finally:
            self._given_back(turn)

    def _taken(self, product: str) -> Turn:
        with self._lock:
            turn = self._turns.setdefault(product, Turn())
            self._turns.move_to_end(product)
            turn.waiting += 1
            return turn

    def _given_back(self, turn: Turn) -> None:
        """Forget the products that were not heard of for the longest time, but none that is at work."""
        with self._lock:
            turn.waiting -= 1
            idle = [name for name, each in self._turns.items() if not each.waiting] if self._is_full else []
            for name in idle[: len(self._turns) - self._remembered]:
                del self._turns[name]

    @property
    def _is_full(self) -> bool:
        return len(self._turns) > self._remembered
