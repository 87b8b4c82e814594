"""A message as the HTTP request that a function receives.

Three forms: the body of a Pub/Sub push request, and for storage notifications the CloudEvents of an event
trigger in binary or structured mode ("CloudEvents HTTP protocol binding").
"""

from __future__ import annotations

import base64
import json
import re
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import quote

from cloudevents.conversion import to_binary, to_structured
from cloudevents.http import CloudEvent

Wire = Literal["push", "binary", "structured"]

_HEADER_SAFE = "".join(set(string.printable) - set(string.whitespace) - set('%"'))
_WHOLE_SECONDS = re.compile(r"[\d-]+T[\d:]+Z")
_TYPES = {
    "OBJECT_FINALIZE": "finalized",
    "OBJECT_DELETE": "deleted",
    "OBJECT_ARCHIVE": "archived",
    "OBJECT_METADATA_UPDATE": "metadataUpdated",
}


class NoStorageNotification(ValueError):
    """The message is none that Cloud Storage would send, so there is no CloudEvent for it."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """A message on its way; `attempt` is None without a dead-letter policy."""

    subscription: str
    message_id: str
    published: datetime
    data: bytes = b""
    attributes: Mapping[str, str] = field(default_factory=dict)
    ordering_key: str = ""
    attempt: int | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """Headers and body of one POST."""

    headers: Mapping[str, str]
    body: bytes


def push(envelope: Envelope) -> Request:
    """Return what a push subscription sends ("Receive push messages")."""
    published = _rfc3339(envelope.published)
    message: dict[str, Any] = {
        "data": base64.b64encode(envelope.data).decode(),
        "attributes": dict(envelope.attributes),
        "messageId": envelope.message_id,
        "message_id": envelope.message_id,
        "publishTime": published,
        "publish_time": published,
    }
    if envelope.ordering_key:
        message["orderingKey"] = envelope.ordering_key
    body: dict[str, Any] = {"message": message, "subscription": envelope.subscription}
    if envelope.attempt is not None:
        body["deliveryAttempt"] = envelope.attempt
    return Request({"Content-Type": "application/json"}, json.dumps(body).encode())


def binary(envelope: Envelope) -> Request:
    """Return a CloudEvent whose attributes are headers; raises `NoStorageNotification`."""
    attributes, data = _storage_event(envelope)
    # Header values are ASCII: the binding has everything else percent-encoded.
    attributes["subject"] = quote(attributes["subject"], safe=_HEADER_SAFE)
    headers, body = to_binary(CloudEvent(attributes, data))
    return Request(headers, body)


def structured(envelope: Envelope) -> Request:
    """Return a CloudEvent that is one JSON document; raises `NoStorageNotification`."""
    headers, body = to_structured(CloudEvent(*_storage_event(envelope)))
    return Request(headers, body)


FORMS: Mapping[Wire, Callable[[Envelope], Request]] = {
    "push": push,
    "binary": binary,
    "structured": structured,
}


def with_exact_time(envelope: Envelope) -> Envelope:
    """Give a storage notification whose event time was cut to whole seconds the time of its publication.

    Cloud Storage tells microseconds, fake-gcs-server seconds; with those, changes within one second could not
    be put in order.
    """
    if not _WHOLE_SECONDS.fullmatch(envelope.attributes.get("eventTime", "")):
        return envelope
    return replace(envelope, attributes={**envelope.attributes, "eventTime": _rfc3339(envelope.published)})


def _storage_event(envelope: Envelope) -> tuple[dict[str, str], Any]:
    told = envelope.attributes
    try:
        attributes = {
            "specversion": "1.0",
            "id": envelope.message_id,
            "type": f"google.cloud.storage.object.v1.{_TYPES[told['eventType']]}",
            "source": f"//storage.googleapis.com/projects/_/buckets/{told['bucketId']}",
            "subject": f"objects/{told['objectId']}",
            "time": told["eventTime"],
            "bucket": told["bucketId"],
            "datacontenttype": "application/json",
        }
        return attributes, json.loads(envelope.data)
    except (KeyError, ValueError) as error:
        raise NoStorageNotification(
            f"message {envelope.message_id} is no storage notification: {error!r}"
        ) from error


def _rfc3339(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
