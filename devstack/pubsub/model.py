"""The values Pub/Sub deals in, free of its wire format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

_OVERHEAD = 256
"""Bytes that a message costs besides its content, roughly."""


@dataclass(frozen=True, slots=True)
class Message:
    """One published message; `published` is in seconds since the epoch."""

    data: bytes
    attributes: Mapping[str, str]
    id: str = ""
    published: float = 0.0
    ordering_key: str = ""

    @property
    def size(self) -> int:
        """Bytes of data and attributes, as the limits count them."""
        return len(self.data) + sum(
            len(key.encode()) + len(text.encode()) for key, text in self.attributes.items()
        )

    @property
    def weight(self) -> int:
        """Bytes of memory it is charged for in a backlog."""
        return self.size + _OVERHEAD


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Exponential back-off between `minimum` and `maximum` seconds; the defaults are Pub/Sub's."""

    minimum: float = 10.0
    maximum: float = 600.0

    def delay(self, attempts: int) -> float:
        """Return the seconds to wait after so many failed deliveries (1 or more)."""
        return min(self.minimum * 2.0 ** (attempts - 1), self.maximum)


@dataclass(frozen=True, slots=True)
class DeadLetterPolicy:
    """Where a message goes after `max_attempts` failed deliveries."""

    topic: str
    max_attempts: int = 5


@dataclass(frozen=True, slots=True)
class Subscription:
    """A pull subscription; `ack_deadline` in seconds; without `retry` redelivery is immediate."""

    name: str
    topic: str
    ack_deadline: float = 10.0
    retry: RetryPolicy | None = None
    dead_letter: DeadLetterPolicy | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message on lease until its ack deadline; `attempt` is 0 without a dead-letter policy."""

    ack_id: str
    message: Message
    attempt: int
