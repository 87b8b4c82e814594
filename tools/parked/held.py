"""Holds parked events while a command works on them; what it does not remove goes back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from shared.events import Leased
from shared.pictures import Naming
from tools import wiring
from tools.output import note
from tools.parked.cases import Case, Selector, cases
from tools.settings import QueueSettings


class Queue(Protocol):
    """Parked events; see `shared.events.pubsub.ParkedQueue`."""

    def lease(self, most: int) -> list[Leased]:
        """Hold up to `most` events, oldest first."""

    def remove(self, leased: Sequence[Leased]) -> None:
        """Forget events for good."""

    def give_back(self, leased: Sequence[Leased]) -> None:
        """Hold events no longer."""


@dataclass(slots=True)
class Held:
    """The cases that are meant; `finish` each that is done with."""

    queue: Queue
    cases: list[Case]
    left: dict[str, Leased]

    def finish(self, done: Sequence[Case]) -> None:
        """Remove the events of these cases for good."""
        events = [leased for case in done for leased in case.leased]
        self.queue.remove(events)
        for leased in events:
            del self.left[leased.id]


@contextmanager
def holding(queue: Queue, naming: Naming, selector: Selector, most: int) -> Iterator[Held]:
    """The cases that are meant among up to `most` events; all events not finished are given back."""
    leased = queue.lease(most)
    if len(leased) == most:
        note(f"Only the first {most:,} parked events are looked at; --limit takes more.")
    held = Held(queue, [], {event.id: event for event in leased})
    try:
        held.cases = [case for case in cases(leased, naming.product) if selector.fits(case)]
        yield held
    finally:
        if held.left:
            queue.give_back(list(held.left.values()))


@contextmanager
def held_in(settings: QueueSettings, selector: Selector, most: int) -> Iterator[Held]:
    """The same in the subscription that the settings name."""
    naming = Naming(settings.object_pattern)
    with (
        wiring.parked_queue(settings.parked_subscription) as queue,
        holding(queue, naming, selector, most) as held,
    ):
        yield held
