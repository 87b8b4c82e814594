"""Asks for another look at many products: some in flight at once, each confirmed, stoppable at any time."""

from __future__ import annotations

import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

from shared.events import Confirmation
from tools.backfill.ledger import BackfillLook
from tools.output import Told

IN_FLIGHT = 1_000
"""Messages sent and not yet confirmed."""

Ask = Callable[[str], Confirmation]
"""Sends a message about a picture and returns at once."""


@contextmanager
def stopping_on_interrupt() -> Iterator[threading.Event]:
    """The event is set by the first Ctrl-C; the second is a KeyboardInterrupt as ever."""
    stop = threading.Event()

    def note_it(_number: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, before)
        stop.set()

    before = signal.signal(signal.SIGINT, note_it)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)


class Pace:
    """At most `rate` pictures a second; None is as fast as can be."""

    def __init__(self, rate: float | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._between = 1 / rate if rate else 0.0
        self._clock = clock
        self._next = clock()

    def wait(self, stop: threading.Event, pictures: int = 1) -> None:
        """Return when it is time for so many pictures, or when told to stop; none take as long as one."""
        now = self._clock()
        if self._next > now:
            stop.wait(self._next - now)
        self._next = max(self._next, now) + self._between * max(1, pictures)


@dataclass(slots=True)
class Publishing:
    """The progress made: `confirmed` products, in order and up to `last`, are safely asked for."""

    pace: Pace
    confirmed: int = 0
    last: str | None = None

    def publish(self, looks: Iterable[BackfillLook], ask: Ask, stop: threading.Event, told: Told) -> None:
        """Ask for all, until told to stop; what is in flight then is confirmed.

        Raises what a confirmation raises; what was confirmed before it stays counted.
        """
        flying: deque[tuple[BackfillLook, Confirmation]] = deque()
        for look in looks:
            self.pace.wait(stop, look.pictures)
            if stop.is_set():
                break
            flying.append((look, ask(look.first)))
            while len(flying) >= IN_FLIGHT or (flying and flying[0][1].done()):
                self._land(flying, told)
        while flying:
            self._land(flying, told)

    def _land(self, flying: deque[tuple[BackfillLook, Confirmation]], told: Told) -> None:
        look, confirmation = flying.popleft()
        confirmation.wait()
        self.confirmed += 1
        self.last = look.last
        told(self.confirmed)
