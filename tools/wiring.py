"""The operator's own settings, and the collaborators of commands, each loaded when it is needed."""
# ruff: noqa: PLC0415 - a vendor's library takes longer to load than most commands take to run

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING

from pydantic import Field

from shared import wiring
from shared.environment import CommaSeparated, Settings
from shared.errors import Misconfigured
from shared.imaging import Imaging
from shared.pictures import Naming
from shared.settings import EnrichSettings
from tools.record_checks import RecordRoom

if TYPE_CHECKING:
    from google.cloud.storage import Client

    from shared.events.pubsub import ParkedQueue, PictureTopic
    from shared.labeling.gcs_annotations import GcsLabels
    from shared.pictures.gcs import GcsPictures
    from tools.importing.bucket import BucketTarget


_ID = "[A-Za-z][A-Za-z0-9_.~+%-]{2,254}"


class TopicSettings(Settings):
    """The topic to ask for another look at a product."""

    picture_topic: str = Field(
        pattern=f"^projects/[^/]+/topics/{_ID}$",
        description="the Pub/Sub topic that Cloud Storage notifies, as projects/PROJECT/topics/TOPIC",
    )


class QueueSettings(Settings):
    """The subscription of parked events, and the patterns that give their product."""

    parked_subscription: str = Field(
        pattern=f"^projects/[^/]+/subscriptions/{_ID}$",
        description="the subscription that keeps parked events, as projects/PROJECT/subscriptions/NAME",
    )
    object_pattern: CommaSeparated = EnrichSettings.model_fields["object_pattern"].default


class OptionalQueueSettings(Settings):
    """The subscription of parked events, empty where they cannot be looked at."""

    parked_subscription: str = ""


def storage() -> AbstractContextManager[Client]:
    """Cloud Storage, as the two below use it; raises `Misconfigured`."""
    from shared import gcs

    return gcs.client()  # type: ignore[no-any-return] # Google's client has no types


def pictures(client: Client, settings: EnrichSettings, naming: Naming) -> GcsPictures:
    """The bucket of product pictures."""
    from shared.pictures.gcs import GcsPictures

    return GcsPictures(client, settings.picture_bucket, naming)


def picture_target(client: Client, settings: EnrichSettings, naming: Naming) -> BucketTarget:
    """The same bucket, to write to."""
    from tools.importing.bucket import BucketTarget

    return BucketTarget(client, settings.picture_bucket, pictures(client, settings, naming))


def imaging() -> Imaging:
    """The opener of product pictures."""
    from shared.imaging.opening import product_opener

    return product_opener()


def labels(client: Client, settings: EnrichSettings, recognizer_id: str) -> GcsLabels:
    """The labels that recognizer gave."""
    from shared.labeling.gcs_annotations import GcsLabels

    return GcsLabels(client, settings.label_bucket, recognizer_id)


def picture_topic(topic: str) -> AbstractContextManager[PictureTopic]:
    """The topic to ask for another look at a product."""
    from shared.events import pubsub

    return pubsub.picture_topic(topic)


def parked_queue(subscription: str) -> AbstractContextManager[ParkedQueue]:
    """The events that could not succeed."""
    from shared.events import pubsub

    return pubsub.parked_queue(subscription)


def room(settings: EnrichSettings, recognizer_id: str) -> RecordRoom:
    """The room in records, by the judge and the strategies of the enrich function."""
    encoder = wiring.chosen_encoder(settings)
    sees = wiring.likeness(settings, encoder)
    judge = wiring.judge(settings, recognizer_id, sees)
    return RecordRoom(
        judge,
        sees,
        dimensions=encoder.dimensions if encoder else 0,
        labels=settings.max_labels,
        max_bytes=settings.max_record_bytes,
        template=settings.image_url_template,
    )


@contextmanager
def needing(rights: str) -> Iterator[None]:
    """Name the rights that a key needs which Algolia refuses; raises `Misconfigured` then."""
    try:
        yield
    except Misconfigured as error:
        if error.setting != "ALGOLIA_API_KEY":
            raise
        advice = f"{error.advice}; this command needs a key with the rights {rights}"
        raise Misconfigured(error.setting, advice) from error
