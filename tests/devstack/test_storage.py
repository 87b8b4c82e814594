from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

import pytest
import requests
from google.cloud.pubsub_v1 import SubscriberClient
from google.cloud.storage import Client
from google.pubsub_v1 import PubsubMessage

from devstack import storage
from devstack.processes import LOOPBACK, Processes

NAME = "products/1/ä b.jpg"

Notification = tuple[Mapping[str, str], Mapping[str, Any]]


@pytest.fixture
def client(project: str, topic: str, pubsub_host: str, processes: Processes) -> Iterator[Client]:
    project_id, topic_id = project.removeprefix("projects/"), topic.rpartition("/")[2]
    (command,) = processes.start(
        lambda: storage.command(project_id, "product-pictures", pubsub_host=pubsub_host, topic=topic_id)
    )
    with storage.client(f"http://{LOOPBACK}:{command.ports[0]}", project_id) as connected:
        connected.create_bucket("product-pictures")
        yield connected


def notifications(subscriber: SubscriberClient, subscription: str, count: int) -> list[Notification]:
    """Return so many notifications in the order of their publication."""
    found: list[PubsubMessage] = []
    deadline = time.monotonic() + 10
    while len(found) < count and time.monotonic() < deadline:
        received = subscriber.pull(subscription=subscription, max_messages=10).received_messages
        if received:
            ids = [message.ack_id for message in received]
            subscriber.acknowledge(subscription=subscription, ack_ids=ids)
        found += [message.message for message in received]
    found.sort(key=lambda message: message.publish_time)
    return [(dict(message.attributes), json.loads(message.data)) for message in found]


def test_every_change_of_an_object_is_notified_in_cloud_storages_form(
    client: Client, subscriber: SubscriberClient, subscribe: Callable[..., str]
) -> None:
    subscription = subscribe()
    blob = client.bucket("product-pictures").blob(NAME)
    blob.upload_from_string(b"one", content_type="image/jpeg")
    ((first, data),) = notifications(subscriber, subscription, 1)
    assert first["eventType"] == "OBJECT_FINALIZE"
    assert (first["bucketId"], first["objectId"]) == ("product-pictures", NAME)
    assert first["payloadFormat"] == "JSON_API_V1"
    assert first["objectGeneration"] == data["generation"] == str(blob.generation)
    assert (data["name"], data["size"], data["contentType"]) == (NAME, "3", "image/jpeg")
    assert datetime.fromisoformat(first["eventTime"])

    blob.upload_from_string(b"other", content_type="image/jpeg")
    kinds = {told["eventType"]: told for told, _ in notifications(subscriber, subscription, 2)}
    assert kinds["OBJECT_FINALIZE"]["overwroteGeneration"] == data["generation"]
    assert kinds["OBJECT_DELETE"]["overwrittenByGeneration"] == str(blob.generation)

    blob.metadata = {"colour": "red"}
    blob.patch()
    ((patched, _),) = notifications(subscriber, subscription, 1)
    assert patched["eventType"] == "OBJECT_METADATA_UPDATE"

    blob.delete()
    ((deleted, _),) = notifications(subscriber, subscription, 1)
    assert deleted["eventType"] == "OBJECT_DELETE"
    assert "overwrittenByGeneration" not in deleted


@pytest.mark.parametrize("pubsub_host", ["stand-in"], indirect=True)
def test_a_web_page_can_show_what_was_uploaded(client: Client) -> None:
    blob = client.bucket("product-pictures").blob(NAME)
    blob.upload_from_string(b"picture", content_type="image/jpeg")
    base = client.api_endpoint
    for address in (
        f"{base}/product-pictures/{quote(NAME)}",
        f"{base}/storage/v1/b/product-pictures/o/{quote(NAME, safe='')}?alt=media",
    ):
        answer = requests.get(address, timeout=5)
        assert (answer.content, answer.headers["Content-Type"]) == (b"picture", "image/jpeg")
    assert blob.download_as_bytes() == b"picture"
