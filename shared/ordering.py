"""The order of a product's events: one at a time in an instance, and no write after one of a newer state.

The version of a record is the time of the bucket's state that it describes, in microseconds. Generations of
objects and times of events are Cloud Storage's. `docs/enrichment.md` argues why these rules are enough, and
what clocks have to do with them.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from shared.errors import Reason, Transient
from shared.model import PictureEvent, StoredPicture

PATIENCE = 8.0
"""Seconds to wait for the event before; then this one has to come again."""

REMEMBERED = 10_000
"""Products whose last version is known, the latest."""

CLOCKS = 60_000_000
"""By how much clocks of Cloud Storage and of an instance may differ: what is later has not happened yet."""


@dataclass(slots=True)
class ProductLock:
    """The right to work on a product.

    `version` is what was last written here, 0 for nothing; `newest` the newest picture of the last listing.
    """

    version: int = 0
    newest: StoredPicture | None = None
    waiting: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


class ProductLocks:
    """Locks of products, given to threads in an order of its own; several threads share one."""

    def __init__(self, patience: float = PATIENCE, remembered: int = REMEMBERED) -> None:
        self._patience = patience
        self._remembered = remembered
        self._locks: OrderedDict[str, ProductLock] = OrderedDict()
        self._lock = threading.Lock()

    @contextmanager
    def of(self, product: str) -> Iterator[ProductLock]:
        """Work on the product inside this; raises `Transient` when others take longer than `patience`."""
        turn = self._taken(product)
        try:
            if not turn.lock.acquire(timeout=self._patience):
                raise Transient(
                    Reason.BEING_LABELED, f"another event about {product!r} is still being handled"
                )
            try:
                yield turn
            finally:
                turn.lock.release()
        finally:
            self._given_back(turn)

    def _taken(self, product: str) -> ProductLock:
        with self._lock:
            turn = self._locks.setdefault(product, ProductLock())
            self._locks.move_to_end(product)
            turn.waiting += 1
            return turn

    def _given_back(self, turn: ProductLock) -> None:
        """Forget the products that were not heard of for the longest time, but none that is at work."""
        with self._lock:
            turn.waiting -= 1
            if (excess := len(self._locks) - self._remembered) > 0:
                for name in [name for name, each in self._locks.items() if not each.waiting][:excess]:
                    del self._locks[name]


@dataclass(frozen=True, slots=True)
class Version:
    """The version of a write; `replaced` is one that cannot be, and has to be overwritten whatever it is."""

    time_us: int
    replaced: int | None = None


def version_of(event: PictureEvent, newest: int, recorded: int | None, now: int) -> Version:
    """The version of what an event's handler lists.

    `newest` is the highest generation listed, `recorded` the version that the record had before, and `now`
    the time between reading that and listing.
    """
    # The event's time, at the latest that of its delivery; Cloud Storage's own may be ahead of our clock.
    ahead = 0 if event.requested else CLOCKS
    listed = max(newest, event.time_us if event.time_us <= now + ahead else now)
    if recorded is None:
        return Version(listed)
    if recorded > now + CLOCKS:
        return Version(listed, replaced=recorded)
    # Who asks for another look wants it written, though nothing has happened since the record was.
    return Version(max(listed, recorded + 1) if event.requested else listed)
