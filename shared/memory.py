"""The memory of a process: a budget that its threads share, and the least that malloc may keep."""

from __future__ import annotations

import ctypes
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from shared.errors import Reason, Transient

_M_MMAP_THRESHOLD = -3
_M_ARENA_MAX, _ARENAS = -8, 1
_M_TRIM_THRESHOLD, _KEPT = -1, 16 * 1024 * 1024
_LARGE_BLOCK = 256 * 1024

_AGAIN = 0.05
"""Seconds in which who is told that memory is lacking may give some back."""


class MemoryBudget:
    """A weighted semaphore: what is held at one time never exceeds `total_bytes`.

    First come, first served; who cannot be served within `patience` seconds is turned away. Thread-safe.
    While somebody waits, `lacking` is told again and again what each thread holds by `growing`.
    """

    def __init__(
        self, total_bytes: int, patience: float, lacking: Callable[[Mapping[int, int]], None] = lambda _: None
    ) -> None:
        self.total_bytes = total_bytes
        self._patience = patience
        self._lacking = lacking
        self._grown = Counter[int]()
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
        thread = threading.get_ident()

        def more(size: int) -> None:
            self._take(size)
            self._grown[thread] += size

        try:
            yield more
        finally:
            self._give_back(self._grown.pop(thread, 0))

    def _take(self, size: int) -> None:
        ticket = object()
        with self._changed:
            self._queue.append(ticket)
            try:
                if not self._served(ticket, size):
                    raise Transient(Reason.BUSY, "too many large pictures at this moment", retry_after=1.0)
                self._free -= size
            finally:
                self._queue.remove(ticket)
                self._changed.notify_all()

    def _served(self, ticket: object, size: int) -> bool:
        until = time.monotonic() + self._patience
        while not self._serves(ticket, size):
            left = until - time.monotonic()
            if left <= 0:
                return False
            if self._queue[0] is ticket:
                self._lacking(self._grown)
            self._changed.wait_for(lambda: self._serves(ticket, size), min(left, _AGAIN))
        return True

    def _serves(self, ticket: object, size: int) -> bool:
        return self._queue[0] is ticket and self._free >= size

    def _give_back(self, size: int) -> None:
        with self._changed:
            self._free += size
            self._changed.notify_all()


def bound_heap() -> bool:
    """Have the process give freed blocks over 256 KiB back to the system, and share its heap among threads.

    A limit of 1 MiB leaves so many holes in the heap that 450 searches of every kind end with 24 MiB more. By
    itself glibc raises the limit to 32 MiB as it goes, and gives each thread an arena that keeps what
    pictures have freed, outside any budget: nearly twice the memory with eight threads. With two arenas it
    takes 4 MiB more than with one, and as much time. See mallopt(3).
    Where the limit is set, glibc gives back whatever else is freed too, and a photo of 12 megapixels waits 11
    to 17 ms for memory that was there a moment ago: so 16 MiB are kept.

    To be called before there are threads. Returns whether it was obeyed, False on a C library without it.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    wanted = {_M_MMAP_THRESHOLD: _LARGE_BLOCK, _M_ARENA_MAX: _ARENAS, _M_TRIM_THRESHOLD: _KEPT}
    return mallopt is not None and all(mallopt(name, value) == 1 for name, value in wanted.items())


def trim_heap() -> None:
    """Give the system back what is free on the heap; does nothing on a C library without malloc_trim(3)."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
