"""Parked events as cases: leased from the queue, grouped, replayed or removed."""

from __future__ import annotations

import base64
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any, Protocol

from shared.errors import FailureReason, Permanent, Reason
from shared.events import Leased, Parked, Topic, parse_event
from shared.labeling import registry
from shared.pictures import Naming
from tools import wiring
from tools.output import note
from tools.wiring import QueueSettings

BATCH = 500
"""Cases whose messages are in flight at once."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The picture an event is about, and its product if the name is a product picture's."""

    bucket: str
    name: str
    product: str | None

    @property
    def address(self) -> str:
        """Its `gs://` address."""
        return f"gs://{self.bucket}/{self.name}"


@dataclass(frozen=True, slots=True)
class Case:
    """One thing that went wrong; `leased` are its events, oldest first, and the newest says why.

    `origin` is None where the original event cannot be read.
    """

    leased: tuple[Leased, ...]
    origin: Origin | None

    @property
    def id(self) -> str:
        """The message id of the oldest event."""
        return self.leased[0].id

    @property
    def product(self) -> str | None:
        """The product it is about, if that can be read."""
        return self.origin.product if self.origin else None

    @property
    def parked(self) -> Parked:
        """The newest event."""
        return self.leased[-1].parked


@dataclass(frozen=True, slots=True)
class Selector:
    """The choice of cases: those for which everything given fits."""

    reason: str | None = None
    product: str | None = None
    id: str | None = None

    def fits(self, case: Case) -> bool:
        """True for a case that is meant."""
        return (
            self.reason in {None, case.parked.reason}
            and self.product in {None, case.product}
            and (self.id is None or self.id in {leased.id for leased in case.leased})
        )


def cases(leased: Iterable[Leased], product_of: Callable[[str], str | None]) -> list[Case]:
    """Put together what was parked about the same content, or else the same event; oldest case first."""
    together: dict[str, list[Leased]] = defaultdict(list)
    for event in sorted(leased, key=lambda event: (event.published, event.id)):
        together[_key(event)].append(event)
    return [Case(tuple(events), _origin(events[-1].parked, product_of)) for events in together.values()]


def _key(leased: Leased) -> str:
    original = leased.parked.event.get("id")
    return leased.parked.content_hash or (str(original) if original else f"message {leased.id}")


def _origin(parked: Parked, product_of: Callable[[str], str | None]) -> Origin | None:
    attributes = {key: value for key, value in parked.event.items() if key not in {"data", "data_base64"}}
    try:
        event = parse_event(attributes, _data(parked.event))
    except (Permanent, ValueError):
        return None
    if event is None:
        return None
    name = parked.picture or event.name
    return Origin(event.bucket, name, product_of(name))


def _data(event: Mapping[str, Any]) -> object:
    """The data of a CloudEvent in structured mode; raises ValueError for bytes that hold no JSON."""
    if "data_base64" in event:
        return json.loads(base64.b64decode(str(event["data_base64"])))
    return event.get("data")


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


def replayed(held: Held, topic: Topic) -> int:
    """Ask for another look at each case that can be read, and remove it; returns how many these were.

    Raises what a confirmation raises; the batch it belongs to stays parked.
    """
    rest = iter([(case, case.origin) for case in held.cases if case.origin])
    count = 0
    while batch := list(islice(rest, BATCH)):
        asked = [topic.ask(origin.bucket, origin.name, retry_refused=True) for _, origin in batch]
        for confirmation in asked:
            confirmation.wait()
        held.finish([case for case, _ in batch])
        count += len(batch)
    return count


_STAGES: Mapping[str, str] = {
    "handling": "The event could not be handled, and trying again could not have helped.",
    "labeling": "The recognizer refused the picture; the product's other pictures count all the same.",
    "too-old": "It was tried again until it was older than MAX_EVENT_AGE, and still failed.",
}


def reasons() -> list[str]:
    """The reasons for which events are parked."""
    return sorted(each.value for each in (*Reason, *registry.reasons()) if each.happened)


def known(reason: str) -> FailureReason | None:
    """The reason of that slug; None where there is none."""
    return next((each for each in (*Reason, *registry.reasons()) if each == reason), None)


def happened(reason: str) -> str:
    """The explanation of a reason."""
    found = known(reason)
    return found.happened if found and found.happened else "There is no explanation for this reason here."


def advice(reason: str) -> str:
    """Advice about a reason."""
    found = known(reason)
    return found.advice if found and found.advice else "read the message above; replay it if it may succeed"


def stage(name: str) -> str:
    """The meaning of an event's stage."""
    return _STAGES.get(name, "")
