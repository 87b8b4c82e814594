"""The server's side of one streaming pull: what is out, what more may go out, what the client sends."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

from google.pubsub_v1 import types

from devstack.pubsub import limits
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
            limits.check_ack_deadline(request.stream_ack_deadline_seconds)
            self._ack_deadline = float(request.stream_ack_deadline_seconds)
        if request.ack_ids:
            self._broker.acknowledge(self._subscription, request.ack_ids)
        pairs = zip(request.modify_deadline_ack_ids, request.modify_deadline_seconds, strict=True)
        for ack_id, seconds in pairs:
            self._broker.modify_ack_deadline(self._subscription, [ack_id], seconds)
