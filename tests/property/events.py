"""What Cloud Storage and Pub/Sub send about changes of a bucket, in the forms in which it may come."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from shared.events import look_again

Change = Literal["finalized", "deleted", "archived"]
Form = Literal["event", "notification"]
Step = Literal["upload", "overwrite", "deletion"]

_NOTIFIED: Mapping[Change, str] = {
    "finalized": "OBJECT_FINALIZE",
    "deleted": "OBJECT_DELETE",
    "archived": "OBJECT_ARCHIVE",
}


@dataclass(frozen=True, slots=True)
class Sent:
    """A CloudEvent as the function gets it, and what to call it in a story."""

    attributes: Mapping[str, Any]
    data: Mapping[str, Any]
    told: str


def of_change(change: Change, name: str, time_us: int, form: Form, *, overwritten_by: int = 0) -> Sent:
    """Something happened to a generation of an object; notifications say when another one replaced it."""
    told = f"{change} {name} at {time_us}"
    if form == "event":
        attributes = {"type": f"google.cloud.storage.object.v1.{change}", "id": told, "time": moment(time_us)}
        return Sent(attributes, {"bucket": "pictures", "name": name}, told)
    about = {
        "eventType": _NOTIFIED[change],
        "bucketId": "pictures",
        "objectId": name,
        "eventTime": moment(time_us),
    }
    overwritten = {"overwrittenByGeneration": str(overwritten_by)} if overwritten_by else {}
    return _pushed({**about, **overwritten}, time_us, told)


def of_request(name: str, published_us: int) -> Sent:
    """Somebody asks for another look; the time is Pub/Sub's."""
    return _pushed(look_again("pictures", name), published_us, f"look again at {name} at {published_us}")


def changes(change: Step, *, versioned: bool) -> Iterator[tuple[Change, bool]]:
    """What Cloud Storage sends of a change, and whether that is about the generation that was overwritten.

    With object versioning what is no longer live is archived, and nothing is deleted ("Pub/Sub notifications
    for Cloud Storage", event types).
    """
    gone: Change = "archived" if versioned else "deleted"
    if change == "deletion":
        yield gone, False
        return
    yield "finalized", False
    if change == "overwrite":
        yield gone, True


def moment(time_us: int) -> str:
    """RFC 3339, to the microsecond."""
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=time_us)).isoformat()


def _pushed(about: Mapping[str, str], published_us: int, told: str) -> Sent:
    message = {"attributes": about, "messageId": told, "publishTime": moment(published_us)}
    return Sent({"type": "google.cloud.pubsub.topic.v1.messagePublished"}, {"message": message}, told)
