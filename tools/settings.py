"""The variables an operator sets besides those of the enrich function."""

from __future__ import annotations

from pydantic import Field

from shared.environment import CommaSeparated, Settings
from shared.settings import EnrichSettings

_ID = "[A-Za-z][A-Za-z0-9_.~+%-]{2,254}"


class TopicSettings(Settings):
    """Where to ask for another look at a product."""

    picture_topic: str = Field(
        pattern=f"^projects/[^/]+/topics/{_ID}$",
        description="the Pub/Sub topic that Cloud Storage notifies, as projects/PROJECT/topics/TOPIC",
    )


class QueueSettings(Settings):
    """Where parked events are, and how their pictures' names give their product."""

    parked_subscription: str = Field(
        pattern=f"^projects/[^/]+/subscriptions/{_ID}$",
        description="the subscription that keeps parked events, as projects/PROJECT/subscriptions/NAME",
    )
    object_pattern: CommaSeparated = EnrichSettings.model_fields["object_pattern"].default


class OptionalQueueSettings(Settings):
    """Where parked events are, if they can be looked at."""

    parked_subscription: str = ""
