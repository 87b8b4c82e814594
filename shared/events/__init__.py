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


class EventBus(Protocol):
    """Where events go.

    Promise: `park` returns only when the event is safely kept; else it raises `Transient` or `Misconfigured`.
    """

    def park(self, parked: Parked) -> None:
        """Keep the event until someone replays it."""
