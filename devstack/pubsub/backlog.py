"""The messages one subscription still has to deliver: ready, waiting for a retry, or out on a lease."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterable
from dataclasses import dataclass

from devstack.pubsub.model import Delivery, Message, Subscription


@dataclass(slots=True)
class Entry:
    """A message and how often it was handed out."""

    message: Message
    attempts: int = 0


@dataclass(slots=True)
class _Lease:
    entry: Entry
    ends: float


class Backlog:
    """At-least-once delivery of one subscription; times are seconds of the caller's clock."""

    def __init__(self, subscription: Subscription) -> None:
        self.subscription = subscription
        self.weight = 0
        self._waiting: list[tuple[float, int, Entry]] = []
        self._leases: dict[str, _Lease] = {}
        self._numbers = itertools.count(1)

    def add(self, message: Message, now: float) -> None:
        """Take a new message, due at once."""
        self.weight += message.weight
        self._wait(Entry(message), now)

    def pull(self, limit: int, now: float, ack_deadline: float | None = None) -> list[Delivery]:
        """Hand out up to `limit` due messages, each on a lease of `ack_deadline` seconds."""
        ends = now + (self.subscription.ack_deadline if ack_deadline is None else ack_deadline)
        deliveries: list[Delivery] = []
        while self._waiting and self._waiting[0][0] <= now and len(deliveries) < limit:
            deliveries.append(self._hand_out(heapq.heappop(self._waiting)[-1], ends))
        return deliveries

    def holds(self, ack_id: str) -> bool:
        """Return True while that delivery is out on its lease."""
        return ack_id in self._leases

    def acknowledge(self, ack_ids: Iterable[str]) -> None:
        """Forget the messages; ids of ended leases are ignored, as Pub/Sub does."""
        for ack_id in ack_ids:
            lease = self._leases.pop(ack_id, None)
            if lease:
                self.weight -= lease.entry.message.weight

    def extend(self, ack_ids: Iterable[str], ends: float) -> None:
        """Let the leases end at another time; an end that is already over is a refusal of the message."""
        for ack_id in ack_ids:
            if ack_id in self._leases:
                self._leases[ack_id].ends = ends

    def expire(self, now: float) -> list[Entry]:
        """End overdue leases; return the entries whose attempts are used up, the others wait for a retry."""
        overdue = [ack_id for ack_id, lease in self._leases.items() if lease.ends <= now]
        leases = [self._leases.pop(ack_id) for ack_id in overdue]
        for lease in leases:
            if not self._is_exhausted(lease.entry):
                self.retry(lease.entry, lease.ends)
        return [lease.entry for lease in leases if self._is_exhausted(lease.entry)]

    def retry(self, entry: Entry, since: float) -> None:
        """Let an entry refused at `since` wait for its next delivery, as long as the retry policy says."""
        policy = self.subscription.retry
        self._wait(entry, since + (policy.delay(entry.attempts) if policy else 0.0))

    def drop(self, entry: Entry) -> None:
        """Give up an entry that `expire` returned."""
        self.weight -= entry.message.weight

    def next_change(self, now: float) -> float | None:
        """Return the time of the next lease end or retry; messages due `now` are no change."""
        times = [lease.ends for lease in self._leases.values()]
        if self._waiting and self._waiting[0][0] > now:
            times.append(self._waiting[0][0])
        return min(times, default=None)

    def _is_exhausted(self, entry: Entry) -> bool:
        policy = self.subscription.dead_letter
        return policy is not None and entry.attempts >= policy.max_attempts

    def _wait(self, entry: Entry, due: float) -> None:
        heapq.heappush(self._waiting, (due, next(self._numbers), entry))

    def _hand_out(self, entry: Entry, ends: float) -> Delivery:
        entry.attempts += 1
        ack_id = f"{self.subscription.name}:{next(self._numbers)}"
        self._leases[ack_id] = _Lease(entry, ends)
        return Delivery(ack_id, entry.message, entry.attempts if self.subscription.dead_letter else 0)
