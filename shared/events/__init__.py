"""Storage events in any wire form become values; the bus that parks what cannot succeed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Parked:
    """An event that cannot succeed, with why; `event` is the original as a JSON object."""

    reason: str
    stage: str
    message: str
    event: Mapping[str, Any]


class EventBus(Protocol):
    """Where events go.

    Promise: `park` returns only when the event is safely kept; else it raises `Transient` or `Misconfigured`.
    """

    def park(self, parked: Parked) -> None:
        """Keep the event until someone replays it."""
