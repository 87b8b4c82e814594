"""Events about pictures: what Cloud Storage says in any wire form as values, and the ports they go through.

Shapes: "Cloud Storage Pub/Sub notifications" (attributes of the message) and the CloudEvents types
`google.cloud.storage.object.v1.*` (a JSON object resource as data). Backfill and replay send a notification
of our own, `LOOK_AGAIN`, about a picture that has not changed; a clock sends `RECONCILE`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from shared.errors import Permanent, Reason
from shared.model import PictureEvent

_STORAGE = "google.cloud.storage.object.v1."
_PUBSUB = "google.cloud.pubsub.topic.v1.messagePublished"
_CHANGES = {
    *(f"{_STORAGE}{change}" for change in ("finalized", "deleted", "archived")),
    *(f"OBJECT_{change}" for change in ("FINALIZE", "DELETE", "ARCHIVE")),
}
_NO_CHANGES = {f"{_STORAGE}metadataUpdated", "OBJECT_METADATA_UPDATE"}
LOOK_AGAIN, RECONCILE = "LOOK_AGAIN", "RECONCILE"
_MAX_NAME_BYTES = 1024


@dataclass(frozen=True, slots=True)
class Parked:
    """An event that cannot succeed, with why; `event` is the original as a JSON object.

    A picture that the recognizer refused brings its name and the hash of its content.
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
    """The confirmation that a message is safely kept."""

    def done(self) -> bool:
        """Tell whether `wait` returns, or raises, at once."""

    def wait(self) -> None:
        """Return when it is; raises `Transient` or `Misconfigured` when it is not."""


class Topic(Protocol):
    """The topic where another look at products can be asked for."""

    def ask(self, bucket: str, name: str, *, retry_refused: bool = False) -> Confirmation:
        """Ask to look again at the product of a picture; returns at once."""


class EventBus(Protocol):
    """The bus for events that cannot succeed.

    Promise: `park` returns only when the event is safely kept; else it raises `Transient` or `Misconfigured`.
    """

    def park(self, parked: Parked) -> None:
        """Keep the event until someone replays it."""


def parse_event(attributes: Mapping[str, Any], data: object) -> PictureEvent | None:
    """Read a CloudEvent; None when nothing about the set of pictures can have changed.

    Every change of a picture is only a reason to look at its product again, so all that change anything are
    the same to us: `docs/enrichment.md` has a table of them. That a generation was overwritten is told by the
    new one's own event, so nothing need be done where an event says it is only that; a CloudEvent does not.
    Raises `Permanent("bad-event")` for what is no storage event.
    """
    if attributes.get("type") == _PUBSUB:
        return _notification(_message(data))
    return _direct(attributes, data)


def _direct(attributes: Mapping[str, Any], data: object) -> PictureEvent | None:
    kind = attributes.get("type")
    if kind not in _CHANGES | _NO_CHANGES:
        raise _bad(f"the type {kind!r} is not one of Cloud Storage's")
    if not isinstance(data, Mapping):
        raise _bad("its data is no JSON object")
    if kind in _NO_CHANGES:
        return None
    return PictureEvent(
        id=_text(attributes, "id"),
        bucket=_text(data, "bucket"),
        name=_name(_text(data, "name")),
        time_us=_microseconds(_text(attributes, "time")),
    )


def _notification(message: Mapping[str, Any]) -> PictureEvent | None:
    about = message.get("attributes")
    if not isinstance(about, Mapping):
        raise _bad("its message carries no attributes")
    kind = about.get("eventType")
    if kind not in _CHANGES | _NO_CHANGES | {LOOK_AGAIN}:
        raise _bad(f"the event type {kind!r} is not one of Cloud Storage's")
    if kind in _NO_CHANGES or "overwrittenByGeneration" in about:
        return None
    requested = kind == LOOK_AGAIN
    # The clock of whoever asked for another look says nothing; Pub/Sub's own agrees with Storage's.
    time = _text(message, "publishTime") if requested else _text(about, "eventTime")
    return PictureEvent(
        id=_text(message, "messageId"),
        bucket=_text(about, "bucketId"),
        name=_name(_text(about, "objectId")),
        time_us=_microseconds(time),
        requested=requested,
        retry_refused=about.get("retryRefused") == "true",
    )


def parse_reconcile(attributes: Mapping[str, Any], data: object) -> Reconcile | None:
    """The request to see to the products that wait for their records, if a CloudEvent is one."""
    if attributes.get("type") != _PUBSUB:
        return None
    about = _message(data).get("attributes")
    if not isinstance(about, Mapping) or about.get("eventType") != RECONCILE:
        return None
    return Reconcile(str(about.get("after", "")))


def look_again(bucket: str, name: str, *, retry_refused: bool = False) -> dict[str, str]:
    """The attributes of a message that asks to look again at the product of a picture."""
    retry = {"retryRefused": "true"} if retry_refused else {}
    return {"eventType": LOOK_AGAIN, "bucketId": bucket, "objectId": name, **retry}


def reconcile(after: str = "") -> dict[str, str]:
    """The attributes of a message that asks to see to the products that wait for their records."""
    return {"eventType": RECONCILE, **({"after": after} if after else {})}


def _message(data: object) -> Mapping[str, Any]:
    message = data.get("message") if isinstance(data, Mapping) else None
    if not isinstance(message, Mapping):
        raise _bad("it carries no message")
    return message


def _text(fields: Mapping[str, Any], key: str) -> str:
    value = fields.get(key)
    if not isinstance(value, str) or not value:
        raise _bad(f"{key!r} is missing or no text")
    return value


def _name(name: str) -> str:
    try:
        size = len(name.encode())
    except UnicodeEncodeError:
        raise _bad("the object's name is no Unicode text") from None
    if size > _MAX_NAME_BYTES:
        raise _bad(f"the object's name is longer than {_MAX_NAME_BYTES} bytes")
    return name


def _microseconds(time: str) -> int:
    try:
        moment = datetime.fromisoformat(time)
    except ValueError:
        raise _bad(f"{time!r} is no RFC 3339 time") from None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return round(aware.timestamp() * 1_000_000)


def _bad(why: str) -> Permanent:
    return Permanent(Reason.BAD_EVENT, f"not a storage event: {why}")
