"""Fault switches shared by the stand-in servers: what to do wrong, how often, and on which paths."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Fault:
    """One misbehaviour, applied to the next `times` calls whose path contains `path`.

    `status` answers with that HTTP status instead of working (429 and 503 carry `retry_after` seconds);
    `latency_ms` waits before anything else; `refuse` drops the connection without an answer.
    """

    path: str = ""
    status: int | None = None
    retry_after: int | None = None
    latency_ms: int = 0
    refuse: bool = False
    times: int = 1


class Faults:
    """A thread-safe list of pending faults; each call takes at most one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pending: list[Fault] = []

    def set(self, faults: Iterable[Fault]) -> int:
        """Replace whatever was pending; return how many calls that would still have met."""
        with self._lock:
            unspent = sum(fault.times for fault in self._pending)
            self._pending = [fault for fault in faults if fault.times > 0]
        return unspent

    def take(self, path: str) -> Fault | None:
        """Return the first pending fault that concerns `path`, and count it down."""
        with self._lock:
            for position, fault in enumerate(self._pending):
                if fault.path in path:
                    self._count_down(position, fault)
                    return fault
        return None

    def _count_down(self, position: int, fault: Fault) -> None:
        if fault.times == 1:
            del self._pending[position]
        else:
            self._pending[position] = replace(fault, times=fault.times - 1)
