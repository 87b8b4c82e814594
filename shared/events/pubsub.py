"""Parked events go to a Pub/Sub topic; the only user of its client."""

from __future__ import annotations

import json
from concurrent.futures import TimeoutError as FutureTimeoutError

from google.api_core import exceptions
from google.api_core.retry import Retry
from google.auth.exceptions import DefaultCredentialsError, GoogleAuthError
from google.cloud.pubsub_v1 import PublisherClient
from google.cloud.pubsub_v1.types import BatchSettings

from shared.errors import Misconfigured, Transient
from shared.events import Parked

TIMEOUT = 15.0
"""Seconds until a publication is confirmed, retries included."""


class PubSubBus:
    """Publishes one message at a time and waits for each: a function's CPU stops with its answer."""

    def __init__(self, client: PublisherClient, parked_topic: str, timeout: float = TIMEOUT) -> None:
        self._client = client
        self._timeout = timeout
        self._parked_topic = parked_topic

    def park(self, parked: Parked) -> None:
        """See `EventBus`; reason and stage become message attributes, so that they can be filtered by."""
        data = json.dumps({"message": parked.message, "event": parked.event}, ensure_ascii=False).encode()
        try:
            self._client.publish(
                self._parked_topic,
                data,
                retry=Retry(initial=0.2, maximum=2.0, timeout=self._timeout),
                timeout=self._timeout,
                reason=parked.reason,
                stage=parked.stage,
            ).result(timeout=self._timeout)
        except (exceptions.NotFound, exceptions.PermissionDenied, exceptions.Unauthenticated) as error:
            raise Misconfigured(
                "PARKED_TOPIC",
                f"cannot publish to it ({error.message}); create the topic and grant the "
                "function's service account roles/pubsub.publisher on it",
            ) from error
        except (exceptions.GoogleAPIError, GoogleAuthError, FutureTimeoutError) as error:
            raise Transient("pubsub-unavailable", f"the event could not be parked: {error}") from error


def connect(parked_topic: str) -> PubSubBus:
    """A bus on Google's own service, or on the emulator that `PUBSUB_EMULATOR_HOST` names."""
    settings = BatchSettings(max_messages=1)
    try:
        client = PublisherClient(batch_settings=settings)
    except DefaultCredentialsError as error:
        raise Misconfigured("GOOGLE_APPLICATION_CREDENTIALS", str(error)) from error
    return PubSubBus(client, parked_topic)
