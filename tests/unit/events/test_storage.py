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
NAME = "products/1/ä.jpg"
CHANGED = PictureEvent(id="7", bucket="pictures", name=NAME, time_us=TIME_US)
Wire = tuple[dict[str, Any], dict[str, Any]]


def direct(kind: str = "finalized", **changes: object) -> Wire:
    attributes = {"id": "7", "type": f"google.cloud.storage.object.v1.{kind}", "time": TIME}
    data = {"bucket": "pictures", "name": NAME, "generation": "1", "size": 12} | changes
    return attributes, {key: value for key, value in data.items() if value is not None}


def pushed(kind: str = "OBJECT_FINALIZE", **changes: str | None) -> Wire:
    about = {"eventType": kind, "bucketId": "pictures", "objectId": NAME, "eventTime": TIME} | changes
    return message({key: value for key, value in about.items() if value is not None})


def message(about: dict[str, Any], **others: str) -> Wire:
    sent = {"attributes": about, "messageId": "7", "message_id": "7", "data": "e30=", **others}
    return {"type": "google.cloud.pubsub.topic.v1.messagePublished", "id": "7"}, {"message": sent}


PUSH = pushed()[0]
NO_DATA: list[object] = [None, {}, {"message": "text"}, {"message": {"messageId": "1"}}]
NO_OBJECT: list[object] = [None, b"{not json", "text", []]


@pytest.mark.parametrize(
    ("event", "said"),
    [
        *((direct(kind), CHANGED) for kind in ("finalized", "deleted", "archived")),
        *((pushed(kind), CHANGED) for kind in ("OBJECT_FINALIZE", "OBJECT_DELETE", "OBJECT_ARCHIVE")),
        (pushed("OBJECT_FINALIZE", overwroteGeneration="1"), CHANGED),
        (direct("metadataUpdated"), None),
        (pushed("OBJECT_METADATA_UPDATE"), None),
        (pushed("OBJECT_DELETE", overwrittenByGeneration="2"), None),
        (pushed("OBJECT_ARCHIVE", overwrittenByGeneration="2"), None),
    ],
)
def test_a_change_in_every_wire_form_is_looked_at(event: Wire, said: PictureEvent | None) -> None:
    assert parse_event(*event) == said


def test_the_documentation_lists_every_event_type() -> None:
    page = (Path(__file__).parents[3] / "docs" / "enrichment.md").read_text(encoding="utf-8")
    kinds = ("FINALIZE", "DELETE", "ARCHIVE", "METADATA_UPDATE")
    told = ("finalized", "deleted", "archived", "metadataUpdated")
    for kind, name in zip(kinds, told, strict=True):
        row = next(line for line in page.splitlines() if line.startswith(f"| `OBJECT_{kind}`"))
        assert f"`{name}`" in row


@pytest.mark.parametrize("retry", [False, True])
def test_a_message_that_asks_to_look_again_has_the_time_pubsub_gave_it(*, retry: bool) -> None:
    asked = message(dict(look_again("pictures", NAME, retry_refused=retry)), publishTime=TIME)
    assert parse_event(*asked) == replace(CHANGED, requested=True, retry_refused=retry)


@pytest.mark.parametrize(
    ("time", "microseconds"),
    [
        ("1970-01-01T00:00:01Z", 1_000_000),
        ("1970-01-01T01:00:00.5+01:00", 500_000),
        ("1970-01-01T00:00:00.123456789Z", 123_456),
    ],
)
def test_times_are_read_to_the_microsecond(time: str, microseconds: int) -> None:
    assert parse_event(*pushed(eventTime=time)) == replace(CHANGED, time_us=microseconds)


@pytest.mark.parametrize(
    ("attributes", "data"),
    [
        *(({"type": "com.example.other", "id": "1"}, {}), ({}, {})),
        *((direct()[0], data) for data in NO_OBJECT),
        *(direct(name=name) for name in (None, "", 5, "x" * 1025, "products/\ud800/a.jpg")),
        direct(bucket=None),
        ({**direct()[0], "time": "yesterday"}, direct()[1]),
        *((PUSH, data) for data in NO_DATA),
        *(pushed(objectId=name) for name in (None, "products/\ud800/a.jpg")),
        pushed("OBJECT_RENAMED"),
        pushed(eventTime=None),
    ],
)
def test_anything_else_is_refused_for_good(attributes: dict[str, Any], data: object) -> None:
    with pytest.raises(Permanent) as caught:
        parse_event(attributes, data)
    assert caught.value.reason == "bad-event"
