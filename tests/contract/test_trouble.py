"""What is not there is a wrong setting, with advice; what cannot be reached is trouble that passes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping

import pytest
from google.cloud.pubsub_v1 import PublisherClient, SubscriberClient
from google.cloud.storage import Client

from devstack import storage
from devstack.pubsub import emulator
from shared.errors import Misconfigured, Transient
from shared.events import Parked
from shared.events.pubsub import ParkedQueue, PictureTopic, PubSubBus
from shared.gcs_waiting import GcsWaitingList
from shared.labeling.gcs_annotations import GcsFeatures, GcsLabels
from shared.labeling.gcs_spending import GcsSpending
from shared.pictures import Naming
from shared.pictures.gcs import GcsPictures
from tests.contract.conftest import PROJECT, path
from tools.importing.bucket import BucketTarget

NOBODY = "127.0.0.1:1"
PARKED = Parked("bad-picture", "handling", "", {})
VIEWER, USER = r"PICTURE_BUCKET: .*roles/storage\.objectViewer", r"LABEL_BUCKET: .*roles/storage\.objectUser"


def pictures(client: Client) -> GcsPictures:
    return GcsPictures(client, "none", Naming(("products/<objectID>/<file>",)), patience=0.3)


def target(client: Client) -> BucketTarget:
    return BucketTarget(client, "none", pictures(client), patience=0.3)


BUCKETS: Mapping[str, tuple[str, Callable[[Client], object]]] = {
    "pictures": (VIEWER, lambda client: pictures(client).list_product("1")),
    "all pictures": (VIEWER, lambda client: list(pictures(client).walk())),
    "pictures to write": (
        r"PICTURE_BUCKET: .*yourself roles/storage\.objectUser",
        lambda client: target(client).put("products/1/a.jpg", b"x", "image/jpeg"),
    ),
    "labels": (USER, lambda client: GcsLabels(client, "none", "r/1").obtain("hash")),
    "features": (USER, lambda client: GcsFeatures(client, "none", "r/1").obtain("hash")),
    "all labels": (USER, lambda client: list(GcsLabels(client, "none", "r/1").settled())),
    "waiting": (USER, lambda client: GcsWaitingList(client, "none").since("1")),
    "all that wait": (USER, lambda client: GcsWaitingList(client, "none").page("")),
    "spending": (
        f"{USER} for spending/",
        lambda client: GcsSpending(client, "none").take("2026-01-31", 1, 10),
    ),
}


@pytest.mark.parametrize("use", BUCKETS)
def test_a_bucket_that_is_not_there_is_misconfigured(client: Client, use: str) -> None:
    advice, call = BUCKETS[use]
    with pytest.raises(Misconfigured, match=f"^{advice}"):
        call(client)


@pytest.mark.parametrize("use", ["pictures", "all pictures", "pictures to write"])
def test_storage_that_cannot_be_reached_is_transient(use: str) -> None:
    with storage.client(f"http://{NOBODY}", PROJECT) as client, pytest.raises(Transient) as caught:
        BUCKETS[use][1](client)
    assert caught.value.reason == "storage-unavailable"


NO_PARKED, NO_PICTURES = path("topics", "no-parked"), path("topics", "no-pictures")
TOPICS: Mapping[str, tuple[str, Callable[[PublisherClient, float], object]]] = {
    "parking": ("PARKED_TOPIC", lambda client, timeout: PubSubBus(client, NO_PARKED, timeout).park(PARKED)),
    "asking": (
        "PICTURE_TOPIC",
        lambda client, timeout: PictureTopic(client, NO_PICTURES, timeout).ask("shop", "a.jpg").wait(),
    ),
}


@pytest.mark.parametrize("use", TOPICS)
def test_a_topic_that_is_not_there_is_misconfigured(publisher: PublisherClient, use: str) -> None:
    setting, call = TOPICS[use]
    with pytest.raises(Misconfigured, match=rf"^{setting}: .*roles/pubsub\.publisher"):
        call(publisher, 15)


def test_a_subscription_that_is_not_there_is_misconfigured(subscriber: SubscriberClient) -> None:
    with pytest.raises(Misconfigured, match=r"^PARKED_SUBSCRIPTION: .*roles/pubsub\.subscriber"):
        ParkedQueue(subscriber, path("subscriptions", "none")).lease(1)


@pytest.fixture
def unreachable() -> Iterator[PublisherClient]:
    client = emulator.publisher(NOBODY)
    yield client
    client.stop()
    for thread in threading.enumerate():
        if thread.name == "Thread-CommitBatchPublisher":
            thread.join()  # it may try once more, which without a channel is an error
    client.transport.close()


@pytest.mark.parametrize("use", TOPICS)
def test_pubsub_that_cannot_be_reached_is_transient(unreachable: PublisherClient, use: str) -> None:
    with pytest.raises(Transient):
        TOPICS[use][1](unreachable, 0.5)
