from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from shared.errors import Permanent
from shared.events import look_again, parse_event
from shared.model import PictureEvent

TIME = "2026-03-01T12:00:00.123456Z"
TIME_US = 1_772_366_400_123_456


def direct(kind: str = "finalized", **changes: object) -> tuple[dict[str, Any], dict[str, Any]]:
    attributes = {"id": "7", "type": f"google.cloud.storage.object.v1.{kind}", "time": TIME}
    data = {"bucket": "pictures", "name": "products/1/ä.jpg", "generation": "1", "size": 12} | changes
    return attributes, {key: value for key, value in data.items() if value is not None}


def pushed(kind: str = "OBJECT_FINALIZE", **changes: str | None) -> tuple[dict[str, Any], dict[str, Any]]:
    about = {"eventType": kind, "bucketId": "pictures", "objectId": "products/1/ä.jpg", "eventTime": TIME}
    about = {key: value for key, value in (about | changes).items() if value is not None}
    message = {"attributes": about, "messageId": "7", "message_id": "7", "data": "e30="}
    return {"type": "google.cloud.pubsub.topic.v1.messagePublished", "id": "7"}, {"message": message}


CHANGED = PictureEvent(id="7", bucket="pictures", name="products/1/ä.jpg", time_us=TIME_US)


@pytest.mark.parametrize(
    "event",
    [
        *map(direct, ("finalized", "deleted", "archived")),
        *map(pushed, ("OBJECT_FINALIZE", "OBJECT_DELETE", "OBJECT_ARCHIVE")),
        pushed("OBJECT_FINALIZE", overwroteGeneration="1"),
    ],
)
def test_every_change_in_every_wire_form_is_looked_at(
    event: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    assert parse_event(*event) == CHANGED


@pytest.mark.parametrize(
    "event",
    [
        direct("metadataUpdated"),
        pushed("OBJECT_METADATA_UPDATE"),
        pushed("OBJECT_DELETE", overwrittenByGeneration="2"),
        pushed("OBJECT_ARCHIVE", overwrittenByGeneration="2"),
    ],
)
def test_what_changes_no_picture_is_nothing_to_do(event: tuple[dict[str, Any], dict[str, Any]]) -> None:
    assert parse_event(*event) is None


def test_the_documentation_lists_every_event_type() -> None:
    page = (Path(__file__).parents[3] / "docs" / "enrichment.md").read_text(encoding="utf-8")
    kinds = ("FINALIZE", "DELETE", "ARCHIVE", "METADATA_UPDATE")
    told = ("finalized", "deleted", "archived", "metadataUpdated")
    for kind, name in zip(kinds, told, strict=True):
        row = next(line for line in page.splitlines() if line.startswith(f"| `OBJECT_{kind}`"))
        assert f"`{name}`" in row


def test_a_message_that_asks_to_look_again_has_the_time_pubsub_gave_it() -> None:
    about = look_again("pictures", "products/1/ä.jpg")
    message = {"attributes": about, "messageId": "7", "publishTime": TIME}
    assert parse_event(pushed()[0], {"message": message}) == replace(CHANGED, requested=True)
    about = look_again("pictures", "products/1/ä.jpg", retry_refused=True)
    event = parse_event(pushed()[0], {"message": message | {"attributes": about}})
    assert event is not None
    assert event.retry_refused


def test_only_a_message_that_asks_to_look_again_may_retry_what_was_refused() -> None:
    event = parse_event(*pushed())
    assert event is not None
    assert not event.retry_refused


@pytest.mark.parametrize(
    ("time", "microseconds"),
    [
        ("1970-01-01T00:00:01Z", 1_000_000),
        ("1970-01-01T01:00:00.5+01:00", 500_000),
        ("1970-01-01T00:00:00.123456789Z", 123_456),
    ],
)
def test_times_are_read_to_the_microsecond(time: str, microseconds: int) -> None:
    event = parse_event(*pushed(eventTime=time))
    assert event is not None
    assert event.time_us == microseconds


@pytest.mark.parametrize(
    ("attributes", "data"),
    [
        ({"type": "com.example.other", "id": "1"}, {}),
        ({}, {}),
        (direct()[0], None),
        (direct()[0], b"{not json"),
        (direct()[0], "text"),
        (direct()[0], []),
        direct(name=None),
        direct(name=""),
        direct(name=5),
        direct(bucket=None),
        direct(name="x" * 1025),
        direct(name="products/\ud800/a.jpg"),
        pushed(objectId="products/\ud800/a.jpg"),
        ({**direct()[0], "time": "yesterday"}, direct()[1]),
        (pushed()[0], None),
        (pushed()[0], {}),
        (pushed()[0], {"message": "text"}),
        (pushed()[0], {"message": {"messageId": "1"}}),
        pushed("OBJECT_RENAMED"),
        pushed(eventTime=None),
        pushed(objectId=None),
    ],
)
def test_anything_else_is_refused_for_good(attributes: dict[str, Any], data: object) -> None:
    with pytest.raises(Permanent) as caught:
        parse_event(attributes, data)
    assert caught.value.reason == "bad-event"
