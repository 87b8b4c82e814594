"""The values Pub/Sub deals in, free of its wire format, and its limits on them.

Numbers are those of "Quotas and limits", "Resource names" and the API reference.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

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
    """The destination of a message after `max_attempts` failed deliveries."""

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


MAX_REQUEST_BYTES = 10_000_000
MAX_MESSAGES = 1_000
MAX_ATTRIBUTES = 100
MAX_KEY_BYTES = 256
MAX_VALUE_BYTES = 1_024
MAX_ACK_DEADLINE = 600
MAX_BACKOFF = 600.0
DELIVERY_ATTEMPTS = range(5, 101)

_ID = r"(?!goog)[A-Za-z][\w.~+%-]{2,254}"
_NAMES = {kind: re.compile(rf"projects/[^/]+/{kind}/{_ID}", re.ASCII) for kind in ("topics", "subscriptions")}


class PubsubError(Exception):
    """A call the service does not carry out; `status` is the name of a gRPC status code."""

    status: ClassVar[str]


class AlreadyExists(PubsubError):
    """The name is taken."""

    status = "ALREADY_EXISTS"


class InvalidArgument(PubsubError):
    """The request can never be right."""

    status = "INVALID_ARGUMENT"


class NotFound(PubsubError):
    """There is nothing of that name."""

    status = "NOT_FOUND"


class OutOfRange(PubsubError):
    """A number is outside what the service allows."""

    status = "OUT_OF_RANGE"


class ResourceExhausted(PubsubError):
    """Too much is held already."""

    status = "RESOURCE_EXHAUSTED"


class Unimplemented(PubsubError):
    """The real service can do it, this one cannot."""

    status = "UNIMPLEMENTED"


def check_name(kind: str, name: str) -> None:
    """Raise InvalidArgument unless `name` is a full name of that kind ("topics" or "subscriptions")."""
    if not _NAMES[kind].fullmatch(name):
        raise InvalidArgument(
            f"Invalid [{kind}] name: {name!r}; write projects/PROJECT/{kind}/ID with an ID of 3 to 255 "
            "characters that starts with a letter and not with goog"
        )


def check_messages(messages: Sequence[Message]) -> None:
    """Raise InvalidArgument for a publish request that is empty, too large or holds a wrong message."""
    if not 0 < len(messages) <= MAX_MESSAGES:
        raise InvalidArgument(f"1 to {MAX_MESSAGES} messages can be published at once, not {len(messages)}")
    if sum(message.size for message in messages) > MAX_REQUEST_BYTES:
        raise InvalidArgument(f"a publish request may hold {MAX_REQUEST_BYTES} bytes")
    for message in messages:
        _check_message(message)


def _check_message(message: Message) -> None:
    if not message.data and not message.attributes:
        raise InvalidArgument("a message needs data or at least one attribute")
    if len(message.attributes) > MAX_ATTRIBUTES:
        raise InvalidArgument(f"a message may have {MAX_ATTRIBUTES} attributes")
    for key, value in message.attributes.items():
        if not key or key.startswith("goog") or len(key.encode()) > MAX_KEY_BYTES:
            raise InvalidArgument(
                f"attribute key {key!r}: 1 to {MAX_KEY_BYTES} bytes, not starting with goog"
            )
        if len(value.encode()) > MAX_VALUE_BYTES:
            raise InvalidArgument(f"attribute {key!r}: its value may have {MAX_VALUE_BYTES} bytes")


def check_ack_deadline(seconds: float) -> None:
    """Raise InvalidArgument unless 0 to 600."""
    if not 0 <= seconds <= MAX_ACK_DEADLINE:
        raise InvalidArgument(f"an ack deadline is 0 to {MAX_ACK_DEADLINE} seconds, not {seconds}")


def check_subscription(subscription: Subscription) -> None:
    """Raise InvalidArgument or OutOfRange for a subscription that Pub/Sub would not create."""
    check_name("subscriptions", subscription.name)
    check_name("topics", subscription.topic)
    check_ack_deadline(subscription.ack_deadline)
    if subscription.retry:
        _check_retry(subscription.retry)
    if subscription.dead_letter:
        _check_dead_letter(subscription.dead_letter)


def _check_retry(retry: RetryPolicy) -> None:
    if not 0 <= retry.minimum <= retry.maximum <= MAX_BACKOFF:
        raise InvalidArgument(
            f"minimum_backoff and maximum_backoff are 0 to {MAX_BACKOFF:g} seconds and in this order, "
            f"not {retry.minimum:g} and {retry.maximum:g}"
        )


def _check_dead_letter(policy: DeadLetterPolicy) -> None:
    check_name("topics", policy.topic)
    if policy.max_attempts not in DELIVERY_ATTEMPTS:
        raise OutOfRange(f"max_delivery_attempts is 5 to 100, not {policy.max_attempts}")
