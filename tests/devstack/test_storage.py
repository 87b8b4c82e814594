"""What Cloud Storage's stand-in tells of changes, serves and lists, on a plain and on a versioned bucket."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, TypeAlias
from urllib.parse import quote

import pytest
import requests
from google.cloud.pubsub_v1 import SubscriberClient
from google.cloud.storage import Bucket, Client

from devstack import storage, topology
from devstack.processes import LOOPBACK, Processes
from tests.noncurrent import delete_noncurrent

BUCKET, NAME = "product-pictures", "products/1/ä b.jpg"

Notification: TypeAlias = tuple[Mapping[str, str], Mapping[str, Any]]
Told: TypeAlias = tuple[str, int, int | None, int | None]
"""An event's type and generation, and the generations it overwrote and was overwritten by."""

on_the_stand_in = pytest.mark.parametrize("pubsub_host", ["stand-in"], indirect=True)
_numbers = itertools.count()


@pytest.fixture
def client(project: str, topic: str, pubsub_host: str, processes: Processes) -> Iterator[Client]:
    project_id, topic_id = project.removeprefix("projects/"), topic.rpartition("/")[2]
    (command,) = processes.start(
        lambda: storage.command(project_id, BUCKET, pubsub_host=pubsub_host, topic=topic_id)
    )
    with storage.client(f"http://{LOOPBACK}:{command.ports[0]}", project_id) as connected:
        yield connected


@pytest.fixture
def new_bucket(client: Client) -> Callable[..., Bucket]:
    def create(*, versioned: bool = False) -> Bucket:
        topology.create_bucket(client.api_endpoint, client.project, BUCKET, versioned=versioned)
        return client.bucket(BUCKET)

    return create


@pytest.fixture
def told(
    client: Client, subscriber: SubscriberClient, subscribe: Callable[..., str]
) -> Callable[[], list[Notification]]:
    """Take what was told of the object since the last time: everything before a mark that is set now."""
    subscription = subscribe()

    def take() -> list[Notification]:
        mark, found = f"mark {next(_numbers)}", dict[str, Notification]()
        client.bucket(BUCKET).blob(mark).upload_from_string(b"")
        deadline = time.monotonic() + 10
        while mark not in {about["objectId"] for about, _ in found.values()} and time.monotonic() < deadline:
            received = subscriber.pull(subscription=subscription, max_messages=10).received_messages
            ids = [message.ack_id for message in received]
            subscriber.acknowledge(subscription=subscription, ack_ids=ids)
            for each in received:
                message = each.message
                found[message.message_id] = dict(message.attributes), json.loads(message.data)
        return [(about, data) for about, data in found.values() if about["objectId"] == NAME]

    return take


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


def upload(bucket: Bucket, name: str = NAME) -> int:
    blob = bucket.blob(name)
    blob.upload_from_string(b"one", content_type="image/jpeg")
    return int(blob.generation)


def test_a_notification_has_cloud_storages_form(
    new_bucket: Callable[..., Bucket], told: Callable[[], list[Notification]]
) -> None:
    generation = upload(new_bucket())
    ((about, data),) = told()
    assert (about["bucketId"], about["objectId"]) == (BUCKET, NAME)
    assert about["payloadFormat"] == "JSON_API_V1"
    assert about["objectGeneration"] == data["generation"] == str(generation)
    assert (data["name"], data["size"], data["contentType"]) == (NAME, "3", "image/jpeg")
    assert datetime.fromisoformat(about["eventTime"])


@pytest.mark.parametrize(("versioned", "gone"), [(False, "OBJECT_DELETE"), (True, "OBJECT_ARCHIVE")])
def test_every_change_is_told_as_cloud_storage_tells_it(
    new_bucket: Callable[..., Bucket], told: Callable[[], list[Notification]], gone: str, *, versioned: bool
) -> None:
    bucket = new_bucket(versioned=versioned)
    first = upload(bucket)
    assert kinds(told()) == [("OBJECT_FINALIZE", first, None, None)]
    second = upload(bucket)
    assert kinds(told()) == [(gone, first, None, second), ("OBJECT_FINALIZE", second, first, None)]
    blob = bucket.blob(NAME)
    blob.metadata = {"color": "red"}
    blob.patch()
    assert kinds(told()) == [("OBJECT_METADATA_UPDATE", second, None, None)]
    bucket.blob(NAME).delete()
    assert kinds(told()) == [(gone, second, None, None)]
    third = upload(bucket)
    assert kinds(told()) == [("OBJECT_FINALIZE", third, None, None)]


def test_the_deletion_of_a_noncurrent_object_is_told_and_leaves_the_live_one(
    new_bucket: Callable[..., Bucket],
    told: Callable[[], list[Notification]],
    pubsub_host: str,
    topic: str,
) -> None:
    bucket = new_bucket(versioned=True)
    overwritten, deleted = upload(bucket), upload(bucket)
    bucket.blob(NAME).delete()
    live = upload(bucket)
    ((about, form),) = [each for each in told() if each[0]["objectGeneration"] == str(live)]
    for generation in (overwritten, deleted):
        delete_noncurrent(bucket, NAME, generation, pubsub_host=pubsub_host, topic=topic)
        [(deletion, data)] = told()
        assert kinds([(deletion, data)]) == [("OBJECT_DELETE", generation, None, None)]
        assert deletion.keys() == about.keys()
        assert data.items() <= {**form, "generation": str(generation)}.items()
    for generation in (live, 1):
        with pytest.raises(LookupError, match=f"no noncurrent generation {generation}"):
            delete_noncurrent(bucket, NAME, generation, pubsub_host=pubsub_host, topic=topic)
    assert bucket.get_blob(NAME).generation == live


@on_the_stand_in
@pytest.mark.parametrize("versioned", [False, True])
def test_a_deleted_object_is_gone_from_listings_and_found_by_generation_only_if_versioned(
    new_bucket: Callable[..., Bucket], *, versioned: bool
) -> None:
    bucket = new_bucket(versioned=versioned)
    generations = [upload(bucket), upload(bucket)]
    bucket.blob(NAME).delete()
    assert list(bucket.list_blobs()) == list(bucket.list_blobs(prefix="products/", delimiter="/")) == []
    assert bucket.get_blob(NAME) is None
    kept = [bucket.get_blob(NAME, generation=generation) is not None for generation in generations]
    assert kept == [versioned, versioned]


@on_the_stand_in
def test_a_web_page_can_show_what_was_uploaded(new_bucket: Callable[..., Bucket]) -> None:
    bucket = new_bucket()
    upload(bucket)
    base = bucket.client.api_endpoint
    for address in (
        f"{base}/{BUCKET}/{quote(NAME)}",
        f"{base}/storage/v1/b/{BUCKET}/o/{quote(NAME, safe='')}?alt=media",
    ):
        answer = requests.get(address, timeout=5)
        assert (answer.content, answer.headers["Content-Type"]) == (b"one", "image/jpeg")
    assert bucket.blob(NAME).download_as_bytes() == b"one"
