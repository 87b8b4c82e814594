"""What Cloud Storage's stand-in tells of changes, serves and lists, on a plain and on a versioned bucket."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

import pytest
import requests
from google.cloud.storage import Bucket

from devstack import storage, topology
from devstack.processes import LOOPBACK, Processes
from tests.devstack.hub import Hub
from tests.noncurrent import delete_noncurrent
from tests.outside import eventually

BUCKET, NAME = "product-pictures", "products/1/ä b.jpg"

Notification = tuple[Mapping[str, str], Mapping[str, Any]]
Told = tuple[str, int, int | None, int | None]
"""An event's type and generation, and the generations it overwrote and was overwritten by."""

on_the_stand_in = pytest.mark.parametrize("hub", ["stand_in"], indirect=True)
_numbers = itertools.count()


class Watched:
    """A bucket, and what is told of it."""

    def __init__(self, hub: Hub, bucket: Bucket) -> None:
        self.hub = hub
        self.bucket = bucket
        self._subscription = hub.subscribe()

    def upload(self, name: str = NAME) -> int:
        """Returns the generation."""
        blob = self.bucket.blob(name)
        blob.upload_from_string(b"one", content_type="image/jpeg")
        return int(blob.generation)

    def told(self) -> list[Notification]:
        """Take what was told of the object since the last time: everything before a mark that is set now."""
        mark, found = f"mark {next(_numbers)}", dict[str, Notification]()
        self.upload(mark)

        def take() -> set[str]:
            received = self.hub.pull(self._subscription)
            self.hub.ack(self._subscription, received)
            messages = [each.message for each in received]
            found.update(
                (each.message_id, (dict(each.attributes), json.loads(each.data))) for each in messages
            )
            return {about["objectId"] for about, _ in found.values()}

        eventually(take, lambda names: mark in names)
        return [(about, data) for about, data in found.values() if about["objectId"] == NAME]


New = Callable[..., Watched]


@pytest.fixture
def new_bucket(hub: Hub, processes: Processes) -> Iterator[New]:
    project, topic = hub.project.removeprefix("projects/"), hub.topic.rpartition("/")[2]
    (command,) = processes.start(lambda: storage.command(project, BUCKET, pubsub_host=hub.host, topic=topic))
    with storage.client(f"http://{LOOPBACK}:{command.ports[0]}", project) as client:

        def create(*, versioned: bool = False) -> Watched:
            topology.create_bucket(client.api_endpoint, project, BUCKET, versioned=versioned)
            return Watched(hub, client.bucket(BUCKET))

        yield create


def kinds(notifications: list[Notification]) -> list[Told]:
    """The events by their generations, which count microseconds."""
    return sorted(
        (
            about["eventType"],
            int(about["objectGeneration"]),
            _number(about.get("overwroteGeneration")),
            _number(about.get("overwrittenByGeneration")),
        )
        for about, _ in notifications
    )


def _number(text: str | None) -> int | None:
    return None if text is None else int(text)


@pytest.mark.parametrize(("versioned", "gone"), [(False, "OBJECT_DELETE"), (True, "OBJECT_ARCHIVE")])
def test_every_change_is_told_as_storage_tells_it(new_bucket: New, gone: str, *, versioned: bool) -> None:
    watched = new_bucket(versioned=versioned)
    first = watched.upload()
    [(about, data)] = notified = watched.told()
    assert kinds(notified) == [("OBJECT_FINALIZE", first, None, None)]
    assert (about["bucketId"], about["payloadFormat"]) == (BUCKET, "JSON_API_V1")
    known = {"name": NAME, "size": "3", "contentType": "image/jpeg", "generation": str(first)}
    assert known.items() <= data.items()
    assert datetime.fromisoformat(about["eventTime"])
    second = watched.upload()
    assert kinds(watched.told()) == [(gone, first, None, second), ("OBJECT_FINALIZE", second, first, None)]
    blob = watched.bucket.blob(NAME)
    blob.metadata = {"color": "red"}
    blob.patch()
    assert kinds(watched.told()) == [("OBJECT_METADATA_UPDATE", second, None, None)]
    watched.bucket.blob(NAME).delete()
    assert kinds(watched.told()) == [(gone, second, None, None)]
    third = watched.upload()
    assert kinds(watched.told()) == [("OBJECT_FINALIZE", third, None, None)]


def test_the_deletion_of_a_noncurrent_object_is_told_and_keeps_the_live(new_bucket: New, hub: Hub) -> None:
    watched, place = new_bucket(versioned=True), {"pubsub_host": hub.host, "topic": hub.topic}
    overwritten, deleted = watched.upload(), watched.upload()
    watched.bucket.blob(NAME).delete()
    live = watched.upload()
    ((about, form),) = [each for each in watched.told() if each[0]["objectGeneration"] == str(live)]
    for generation in (overwritten, deleted):
        delete_noncurrent(watched.bucket, NAME, generation, **place)
        [(deletion, data)] = told = watched.told()
        assert kinds(told) == [("OBJECT_DELETE", generation, None, None)]
        assert deletion.keys() == about.keys()
        assert data.items() <= {**form, "generation": str(generation)}.items()
    for generation in (live, 1):
        with pytest.raises(LookupError, match=f"no noncurrent generation {generation}"):
            delete_noncurrent(watched.bucket, NAME, generation, **place)
    assert watched.bucket.get_blob(NAME).generation == live


@on_the_stand_in
@pytest.mark.parametrize("versioned", [False, True])
def test_objects_are_shown_and_kept_by_generation_if_versioned(new_bucket: New, *, versioned: bool) -> None:
    watched = new_bucket(versioned=versioned)
    bucket, generations = watched.bucket, [watched.upload(), watched.upload()]
    for path in (f"{BUCKET}/{quote(NAME)}", f"storage/v1/b/{BUCKET}/o/{quote(NAME, safe='')}?alt=media"):
        answer = requests.get(f"{bucket.client.api_endpoint}/{path}", timeout=5)
        assert (answer.content, answer.headers["Content-Type"]) == (b"one", "image/jpeg")
    assert bucket.blob(NAME).download_as_bytes() == b"one"
    bucket.blob(NAME).delete()
    assert list(bucket.list_blobs()) == list(bucket.list_blobs(prefix="products/", delimiter="/")) == []
    assert bucket.get_blob(NAME) is None
    kept = [bucket.get_blob(NAME, generation=generation) is not None for generation in generations]
    assert kept == [versioned, versioned]
