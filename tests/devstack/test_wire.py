from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from cloudevents.http import CloudEvent, from_http

from devstack.delivery import wire

PUBLISHED = datetime(2026, 1, 2, 3, 4, 5, 678_000, UTC)
OBJECT = {"name": "products/1/ä b%.jpg", "bucket": "shop", "generation": "1795334402987262"}
ABOUT = {
    "eventType": "OBJECT_FINALIZE",
    "bucketId": "shop",
    "objectId": OBJECT["name"],
    "eventTime": "2026-01-02T03:04:05.123456Z",
}
NAME = "projects/p/subscriptions/pictures"
ENVELOPE = wire.Envelope(NAME, "12", PUBLISHED, json.dumps(OBJECT).encode(), ABOUT, attempt=2)


def _read(request: wire.Request) -> CloudEvent:
    return from_http(dict(request.headers), request.body)


def _push_body(envelope: wire.Envelope) -> dict[str, Any]:
    request = wire.push(envelope)
    assert request.headers == {"Content-Type": "application/json"}
    body: dict[str, Any] = json.loads(request.body)
    return body


def test_a_push_body_has_every_field_under_both_names_and_optional_ones_where_they_are() -> None:
    published = "2026-01-02T03:04:05.678000Z"
    message = {
        "data": base64.b64encode(ENVELOPE.data).decode(),
        "attributes": ABOUT,
        "messageId": "12",
        "message_id": "12",
        "publishTime": published,
        "publish_time": published,
    }
    assert _push_body(ENVELOPE) == {"message": message, "subscription": NAME, "deliveryAttempt": 2}
    other = _push_body(replace(ENVELOPE, ordering_key="k", attempt=None))
    assert other == {"message": {**message, "orderingKey": "k"}, "subscription": NAME}


@pytest.mark.parametrize("form", ["binary", "structured"])
@pytest.mark.parametrize(
    ("event_type", "kind"),
    [
        ("OBJECT_FINALIZE", "finalized"),
        ("OBJECT_DELETE", "deleted"),
        ("OBJECT_ARCHIVE", "archived"),
        ("OBJECT_METADATA_UPDATE", "metadataUpdated"),
    ],
)
def test_a_notification_is_a_cloudevent_in_both_modes(form: wire.Wire, event_type: str, kind: str) -> None:
    told = {**ABOUT, "eventType": event_type}
    event = _read(wire.FORMS[form](replace(ENVELOPE, attributes=told)))
    named = {name: event[name] for name in ("type", "source", "id", "bucket", "time")}
    assert named == {
        "type": f"google.cloud.storage.object.v1.{kind}",
        "source": "//storage.googleapis.com/projects/_/buckets/shop",
        "id": "12",
        "bucket": "shop",
        "time": "2026-01-02T03:04:05.123456Z",
    }
    assert event.get_data() == OBJECT


def test_the_subject_is_percent_encoded_in_a_header_and_plain_in_json() -> None:
    assert _read(wire.binary(ENVELOPE))["subject"] == "objects/products/1/%C3%A4%20b%25.jpg"
    assert _read(wire.structured(ENVELOPE))["subject"] == "objects/products/1/ä b%.jpg"
    assert all(str(value).isascii() for value in wire.binary(ENVELOPE).headers.values())


@pytest.mark.parametrize("form", ["binary", "structured"])
@pytest.mark.parametrize(
    "envelope",
    [
        replace(ENVELOPE, attributes={}),
        replace(ENVELOPE, attributes={**ABOUT, "eventType": "OBJECT_PAINTED"}),
        replace(ENVELOPE, data=b"{"),
    ],
    ids=["no attributes", "unknown type", "no JSON"],
)
def test_what_is_no_notification_becomes_no_cloudevent(form: wire.Wire, envelope: wire.Envelope) -> None:
    with pytest.raises(wire.NoStorageNotification, match="message 12"):
        wire.FORMS[form](envelope)


@pytest.mark.parametrize(
    ("told", "exact"),
    [
        ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05.678000Z"),
        ("2026-01-02T03:04:05.123456Z", "2026-01-02T03:04:05.123456Z"),
        ("yesterday", "yesterday"),
    ],
)
def test_an_event_time_in_whole_seconds_becomes_the_time_of_publication(told: str, exact: str) -> None:
    envelope = replace(ENVELOPE, attributes={**ABOUT, "eventTime": told})
    assert wire.with_exact_time(envelope).attributes["eventTime"] == exact
    envelope = replace(ENVELOPE, attributes={"reason": "replay"})
    assert wire.with_exact_time(envelope) is envelope
