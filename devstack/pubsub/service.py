"""The calls of Pub/Sub's API (google.pubsub.v1.Publisher and Subscriber), answered by a broker."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from typing import Any

from google.protobuf.empty_pb2 import Empty
from google.pubsub_v1 import types

from devstack.pubsub import convert, model
from devstack.pubsub.broker import Broker
from devstack.pubsub.model import Delivery

_BATCH = 1_000


class Stream:
    """Hands out messages within the client's limit of outstanding ones (its limit of bytes is not looked at).

    `changed` is called whenever the client's requests may have made room or the stream has ended.
    """

    def __init__(
        self, broker: Broker, first: types.StreamingPullRequest, changed: Callable[[], None]
    ) -> None:
        self._broker = broker
        self._changed = changed
        self._subscription = first.subscription
        self._limit = first.max_outstanding_messages if first.max_outstanding_messages > 0 else _BATCH
        self._ack_deadline: float | None = None
        self._out: set[str] = set()
        self._take(first)

    def pull(self) -> list[Delivery]:
        """Return what may be sent now; raises the broker's errors, NotFound for one."""
        self._out = self._broker.outstanding(self._subscription, self._out)
        room = min(self._limit - len(self._out), _BATCH)
        if room < 1:
            return []
        deliveries = self._broker.pull(self._subscription, room, self._ack_deadline)
        self._out.update(delivery.ack_id for delivery in deliveries)
        return deliveries

    async def read(self, requests: AsyncIterator[types.StreamingPullRequest]) -> None:
        """Apply the client's requests until it closes its side."""
        try:
            async for request in requests:
                self._take(request)
                self._changed()
        finally:
            self._changed()

    def _take(self, request: types.StreamingPullRequest) -> None:
        if request.stream_ack_deadline_seconds:
            model.check_ack_deadline(request.stream_ack_deadline_seconds)
            self._ack_deadline = float(request.stream_ack_deadline_seconds)
        if request.ack_ids:
            self._broker.acknowledge(self._subscription, request.ack_ids)
        pairs = zip(request.modify_deadline_ack_ids, request.modify_deadline_seconds, strict=True)
        for ack_id, seconds in pairs:
            self._broker.modify_ack_deadline(self._subscription, [ack_id], seconds)


_PULL_WAIT = 0.5
"""Seconds a pull waits for a first message before it answers with none."""
_PAGE = 100


class ChangeSignal:
    """Wakes everybody who waits for the broker to change."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def notify(self) -> None:
        """Wake all who wait now."""
        self._event.set()
        self._event = asyncio.Event()

    async def wait(self, seconds: float) -> None:
        """Return at the next change, at the latest after `seconds`."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._event.wait(), max(seconds, 0.0))


class Service:
    """One method for each call of the two services that the stand-in answers."""

    def __init__(self, broker: Broker, clock: Callable[[], float]) -> None:
        self._broker = broker
        self._clock = clock
        self._changes = ChangeSignal()

    async def create_topic(self, request: types.Topic) -> types.Topic:
        """See Publisher.CreateTopic."""
        convert.check_topic(request)
        self._broker.create_topic(request.name)
        return types.Topic(name=request.name)

    async def get_topic(self, request: types.GetTopicRequest) -> types.Topic:
        """See Publisher.GetTopic."""
        self._broker.check_topic(request.topic)
        return types.Topic(name=request.topic)

    async def list_topics(self, request: types.ListTopicsRequest) -> types.ListTopicsResponse:
        """See Publisher.ListTopics."""
        names, token = _page(self._broker.topics(request.project), request.page_size, request.page_token)
        return types.ListTopicsResponse(
            topics=[types.Topic(name=name) for name in names], next_page_token=token
        )

    async def delete_topic(self, request: types.DeleteTopicRequest) -> Empty:
        """See Publisher.DeleteTopic."""
        self._broker.delete_topic(request.topic)
        return Empty()

    async def publish(self, request: types.PublishRequest) -> types.PublishResponse:
        """See Publisher.Publish."""
        messages = [convert.message_from_wire(message) for message in request.messages]
        ids = self._broker.publish(request.topic, messages)
        self._changes.notify()
        return types.PublishResponse(message_ids=ids)

    async def create_subscription(self, request: types.Subscription) -> types.Subscription:
        """See Subscriber.CreateSubscription."""
        subscription = convert.subscription_from_wire(request)
        self._broker.create_subscription(subscription)
        return convert.subscription_to_wire(subscription)

    async def get_subscription(self, request: types.GetSubscriptionRequest) -> types.Subscription:
        """See Subscriber.GetSubscription."""
        return convert.subscription_to_wire(self._broker.subscription(request.subscription))

    async def list_subscriptions(
        self, request: types.ListSubscriptionsRequest
    ) -> types.ListSubscriptionsResponse:
        """See Subscriber.ListSubscriptions."""
        found = self._broker.subscriptions(request.project)
        page, token = _page(found, request.page_size, request.page_token)
        wire = [convert.subscription_to_wire(subscription) for subscription in page]
        return types.ListSubscriptionsResponse(subscriptions=wire, next_page_token=token)

    async def delete_subscription(self, request: types.DeleteSubscriptionRequest) -> Empty:
        """See Subscriber.DeleteSubscription."""
        self._broker.delete_subscription(request.subscription)
        self._changes.notify()
        return Empty()

    async def pull(self, request: types.PullRequest) -> types.PullResponse:
        """See Subscriber.Pull."""
        gives_up = self._clock() + (0.0 if request.return_immediately else _PULL_WAIT)
        while True:
            deliveries = self._broker.pull(request.subscription, request.max_messages)
            if deliveries or self._clock() >= gives_up:
                return types.PullResponse(received_messages=[convert.delivery_to_wire(d) for d in deliveries])
            await self._wait(gives_up)

    async def acknowledge(self, request: types.AcknowledgeRequest) -> Empty:
        """See Subscriber.Acknowledge."""
        self._broker.acknowledge(request.subscription, request.ack_ids)
        self._changes.notify()
        return Empty()

    async def modify_ack_deadline(self, request: types.ModifyAckDeadlineRequest) -> Empty:
        """See Subscriber.ModifyAckDeadline."""
        self._broker.modify_ack_deadline(request.subscription, request.ack_ids, request.ack_deadline_seconds)
        self._changes.notify()
        return Empty()

    async def streaming_pull(
        self, requests: AsyncIterator[types.StreamingPullRequest]
    ) -> AsyncIterator[types.StreamingPullResponse]:
        """See Subscriber.StreamingPull; ends when the client closes its side."""
        first = await anext(requests, None)
        if first is None:
            return
        stream = Stream(self._broker, first, self._changes.notify)
        reader = asyncio.create_task(stream.read(requests))
        try:
            while not reader.done():
                deliveries = stream.pull()
                if deliveries:
                    wire = [convert.delivery_to_wire(delivery) for delivery in deliveries]
                    yield types.StreamingPullResponse(received_messages=wire)
                else:
                    await self._wait(self._clock() + _PULL_WAIT)
            await reader
        finally:
            reader.cancel()

    async def _wait(self, latest: float) -> None:
        change = self._broker.next_change()
        await self._changes.wait((latest if change is None else min(change, latest)) - self._clock())


def _page(items: Sequence[Any], size: int, token: str) -> tuple[Sequence[Any], str]:
    start = int(token) if token.isdigit() else 0
    end = start + (size if 0 < size < _PAGE else _PAGE)
    return items[start:end], str(end) if end < len(items) else ""
