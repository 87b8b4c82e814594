"""Storage events in any wire form become values; the bus that parks what cannot succeed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Parked:
    """An event that cannot succeed, with why; `event` is the original as a JSON object.

    A picture that the recogniser refused brings its name and the hash of its content.
    """

    reason: str
    stage: str
    message: str
    event: Mapping[str, Any]
    picture: str = ""
    content_hash: str = ""


@dataclass(frozen=True, slots=True)
class Leased:
    """A parked event that is held for a while: nobody else is given it; `id` is its message's."""

    id: str
    published: datetime
    parked: Parked
    ack_id: str


@dataclass(frozen=True, slots=True)
class Reconcile:
    """A request to ask the index about the products that wait for their records, behind `after`."""

    after: str = ""


class Confirmation(Protocol):
    """Whether a message is safely kept."""

    def done(self) -> bool:
        """Whether `wait` returns, or raises, at once."""

    def wait(self) -> None:
        """Return when it is; raises `Transient` or `Misconfigured` when it is not."""


class Topic(Protocol):
    """Where another look at products can be asked for."""

    def ask(self, bucket: str, name: str, *, retry_refused: bool = False) -> Confirmation:
        """Ask to look again at the product of a picture; returns at once."""


class EventBus(Protocol):
    """Where events go.

    Promise: `park` returns only when the event is safely kept; else it raises `Transient` or `Misconfigured`.
    """

    def park(self, parked: Parked) -> None:
        """Keep the event until someone replays it."""
