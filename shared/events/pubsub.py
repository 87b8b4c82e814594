"""Parked events and requests for another look on Pub/Sub; the only user of its clients."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import contextmanager

from google.api_core import exceptions
from google.api_core.retry import Retry
from google.auth.exceptions import DefaultCredentialsError, GoogleAuthError
from google.cloud.pubsub_v1 import PublisherClient, SubscriberClient
from google.cloud.pubsub_v1.publisher.futures import Future
from google.cloud.pubsub_v1.types import BatchSettings
from google.pubsub_v1.types import PubsubMessage, ReceivedMessage

from shared.errors import Misconfigured, Reason, Transient
from shared.events import Leased, Parked, look_again, reconcile

TIMEOUT = 15.0
"""Seconds until a call is answered, retries included."""

LEASE = 600
"""Seconds for which parked events are held while somebody works on them; Pub/Sub allows no more."""

_QUIET = 4.0
"""Seconds without a message after which a subscription counts as empty."""

_PULL = 1_000
"""Messages asked for, or acknowledged, in one call."""

_PUBLISHER = "create the topic and grant roles/pubsub.publisher on it to the service account"
_SUBSCRIBER = "create the subscription and grant roles/pubsub.subscriber on it to your account"

_NO_DATA = b"{}"
"""Pub/Sub leaves empty data out of a push, and the functions framework then takes the message for none."""


class PubSubBus:
    """Publishes one message at a time and waits for each: a function's CPU stops with its answer."""

    def __init__(self, client: PublisherClient, parked_topic: str, timeout: float = TIMEOUT) -> None:
        self._client = client
        self._timeout = timeout
        self._parked_topic = parked_topic

    def park(self, parked: Parked) -> None:
        """See `EventBus`; reason and stage become message attributes, so that they can be filtered by."""
        data = json.dumps({"message": parked.message, "event": parked.event}, ensure_ascii=False).encode()
        with _named_errors("PARKED_TOPIC", _PUBLISHER):
            self._client.publish(
                self._parked_topic,
                data,
                retry=_retry(self._timeout),
                timeout=self._timeout,
                **_attributes(parked),
            ).result(timeout=self._timeout)


class _Published:
    """See `Confirmation`."""

    def __init__(self, published: Future, timeout: float) -> None:
        self._published = published
        self._timeout = timeout

    def done(self) -> bool:
        """Tell whether `wait` returns, or raises, at once."""
        return bool(self._published.done())

    def wait(self) -> None:
        """Return when it is; raises `Transient` or `Misconfigured` when it is not."""
        with _named_errors("PICTURE_TOPIC", _PUBLISHER):
            self._published.result(timeout=self._timeout)


class PictureTopic:
    """The topic that Cloud Storage notifies, where another look at a product can be asked for."""

    def __init__(self, client: PublisherClient, topic: str, timeout: float = TIMEOUT) -> None:
        self._client = client
        self._timeout = timeout
        self._topic = topic

    def ask(self, bucket: str, name: str, *, retry_refused: bool = False) -> _Published:
        """See `Topic`."""
        return self._publish(look_again(bucket, name, retry_refused=retry_refused))

    def go_on(self, after: str) -> _Published:
        """See `ReconcilingTopic`."""
        return self._publish(reconcile(after))

    def _publish(self, attributes: Mapping[str, str]) -> _Published:
        published = self._client.publish(
            self._topic, _NO_DATA, retry=_retry(self._timeout), timeout=self._timeout, **attributes
        )
        return _Published(published, self._timeout)


class ParkedQueue:
    """The subscription that keeps parked events."""

    def __init__(
        self,
        client: SubscriberClient,
        subscription: str,
        quiet: float = _QUIET,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._name = subscription
        self._quiet = quiet
        self._clock = clock

    def lease(self, most: int) -> list[Leased]:
        """Take up to `most` events, oldest first, in about a minute at most; give back or remove each."""
        held: dict[str, Leased] = {}
        try:
            self._fill(held, most)
        except BaseException:
            self.give_back(list(held.values()))
            raise
        return sorted(held.values(), key=lambda leased: (leased.published, leased.id))

    def _fill(self, held: dict[str, Leased], most: int) -> None:
        until = self._clock() + 4 * TIMEOUT
        while len(held) < most and self._clock() < until:
            received = self._pull(min(most - len(held), _PULL))
            if not received:
                return
            for each in received:
                message = each.message
                held[message.message_id] = Leased(
                    message.message_id, message.publish_time, _parked(message), each.ack_id
                )
            self._let_end(LEASE, [message.ack_id for message in received])

    def remove(self, leased: Sequence[Leased]) -> None:
        """Forget the events for good; raises `Transient` or `Misconfigured`."""
        for ids in _pages(leased):
            with _named_errors("PARKED_SUBSCRIPTION", _SUBSCRIBER):
                self._client.acknowledge(
                    subscription=self._name, ack_ids=ids, retry=_retry(TIMEOUT), timeout=TIMEOUT
                )

    def give_back(self, leased: Sequence[Leased]) -> None:
        """Let others have the events again at once; raises `Transient` or `Misconfigured`."""
        for ids in _pages(leased):
            self._let_end(0, ids)

    def _pull(self, most: int) -> Sequence[ReceivedMessage]:
        with _named_errors("PARKED_SUBSCRIPTION", _SUBSCRIBER):
            try:
                answer = self._client.pull(
                    subscription=self._name, max_messages=most, retry=_retry(TIMEOUT), timeout=self._quiet
                )
            except exceptions.DeadlineExceeded:
                return []
        return list(answer.received_messages)

    def _let_end(self, seconds: int, ack_ids: Sequence[str]) -> None:
        with _named_errors("PARKED_SUBSCRIPTION", _SUBSCRIBER):
            self._client.modify_ack_deadline(
                subscription=self._name,
                ack_ids=ack_ids,
                ack_deadline_seconds=seconds,
                retry=_retry(TIMEOUT),
                timeout=TIMEOUT,
            )


def _pages(leased: Sequence[Leased]) -> Iterator[list[str]]:
    for first in range(0, len(leased), _PULL):
        yield [event.ack_id for event in leased[first : first + _PULL]]


def _retry(timeout: float) -> Retry:
    return Retry(initial=0.2, maximum=2.0, timeout=timeout)


@contextmanager
def _named_errors(setting: str, advice: str) -> Iterator[None]:
    try:
        yield
    except (exceptions.NotFound, exceptions.PermissionDenied, exceptions.Unauthenticated) as error:
        raise Misconfigured(setting, f"it cannot be used ({error.message}); {advice}") from error
    except (exceptions.GoogleAPIError, GoogleAuthError, FutureTimeoutError) as error:
        raise Transient(Reason.PUBSUB_UNAVAILABLE, f"Pub/Sub did not answer: {error}") from error


def _attributes(parked: Parked) -> dict[str, str]:
    about = {
        "reason": parked.reason,
        "stage": parked.stage,
        "picture": parked.picture,
        "contentHash": parked.content_hash,
    }
    return {name: value for name, value in about.items() if value}


def _parked(message: PubsubMessage) -> Parked:
    """The event that `park` published; of a message from elsewhere, whatever can be read."""
    about = message.attributes
    try:
        body = json.loads(message.data)
        text, event = str(body["message"]), dict(body["event"])
    except (ValueError, KeyError, TypeError) as error:
        text, event = f"its body is not what enrich parks ({type(error).__name__})", {}
    return Parked(
        reason=about.get("reason", "unreadable"),
        stage=about.get("stage", ""),
        message=text,
        event=event,
        picture=about.get("picture", ""),
        content_hash=about.get("contentHash", ""),
    )


@contextmanager
def _named_credentials() -> Iterator[None]:
    try:
        yield
    except DefaultCredentialsError as error:
        raise Misconfigured("GOOGLE_APPLICATION_CREDENTIALS", str(error)) from error


def connect(parked_topic: str) -> PubSubBus:
    """A bus on Google's own service, or on the emulator that `PUBSUB_EMULATOR_HOST` names."""
    with _named_credentials():
        return PubSubBus(PublisherClient(batch_settings=BatchSettings(max_messages=1)), parked_topic)


def requests(topic: str) -> PictureTopic:
    """The topic for as long as the process lasts; raises `Misconfigured`."""
    with _named_credentials():
        return PictureTopic(PublisherClient(), topic)


@contextmanager
def picture_topic(topic: str) -> Iterator[PictureTopic]:
    """The topic while the block lasts; what was asked for has been sent when it ends."""
    with _named_credentials():
        client = PublisherClient()
    try:
        yield PictureTopic(client, topic)
    finally:
        client.stop()
        client.transport.close()


@contextmanager
def parked_queue(subscription: str) -> Iterator[ParkedQueue]:
    """The subscription while the block lasts."""
    with _named_credentials():
        client = SubscriberClient()
    with client:
        yield ParkedQueue(client, subscription)
