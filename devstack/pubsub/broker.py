"""Topics, subscriptions and what happens between them; no threads, no I/O, the clock is passed in."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from devstack.pubsub import model
from devstack.pubsub.backlog import Backlog, Entry
from devstack.pubsub.model import (
    AlreadyExists,
    Delivery,
    InvalidArgument,
    Message,
    NotFound,
    ResourceExhausted,
    Subscription,
)

DELETED_TOPIC = "_deleted-topic_"
MAX_BACKLOG_BYTES = 256 * 1024 * 1024
"""Bytes that one subscription may hold in memory; more is refused with ResourceExhausted."""


class Broker:
    """A small Pub/Sub; `clock` returns seconds since the epoch.

    Every operation first moves time forward, so leases end and dead letters travel even when nobody pulls.
    Raises the errors of `devstack.pubsub.model` where the service itself would refuse.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._now = clock()
        self._topics: set[str] = set()
        self._backlogs: dict[str, Backlog] = {}
        self._ids = itertools.count(1)

    def create_topic(self, name: str) -> None:
        """Raise InvalidArgument or AlreadyExists when it cannot be."""
        model.check_name("topics", name)
        if name in self._topics:
            raise AlreadyExists(f"Topic already exists: {name}")
        self._topics.add(name)

    def check_topic(self, name: str) -> None:
        """Raise NotFound unless the topic exists."""
        if name not in self._topics:
            raise NotFound(f"Topic not found: {name}")

    def topics(self, project: str) -> list[str]:
        """Return the full names of the topics of `projects/PROJECT`, sorted."""
        return sorted(name for name in self._topics if name.startswith(f"{project}/"))

    def delete_topic(self, name: str) -> None:
        """Forget a topic; its subscriptions stay, without a topic."""
        self.check_topic(name)
        self._topics.remove(name)
        for backlog in self._backlogs.values():
            if backlog.subscription.topic == name:
                backlog.subscription = replace(backlog.subscription, topic=DELETED_TOPIC)

    def create_subscription(self, subscription: Subscription) -> None:
        """Create an empty subscription; raises InvalidArgument, OutOfRange, NotFound or AlreadyExists."""
        model.check_subscription(subscription)
        self.check_topic(subscription.topic)
        if subscription.dead_letter:
            self.check_topic(subscription.dead_letter.topic)
        if subscription.name in self._backlogs:
            raise AlreadyExists(f"Subscription already exists: {subscription.name}")
        self._backlogs[subscription.name] = Backlog(subscription)

    def subscription(self, name: str) -> Subscription:
        """Return its settings; raises NotFound."""
        return self._backlog(name).subscription

    def subscriptions(self, project: str) -> list[Subscription]:
        """Return the subscriptions of `projects/PROJECT`, sorted by name."""
        return [
            self._backlogs[name].subscription
            for name in sorted(self._backlogs)
            if name.startswith(f"{project}/")
        ]

    def delete_subscription(self, name: str) -> None:
        """Forget a subscription and all it holds; raises NotFound."""
        self._backlog(name)
        del self._backlogs[name]

    def publish(self, topic: str, messages: Sequence[Message]) -> list[str]:
        """Hand the messages to every subscription of the topic and return their new ids.

        Raises NotFound, InvalidArgument, or ResourceExhausted when a subscription holds too much already.
        """
        self.check_topic(topic)
        model.check_messages(messages)
        now = self._advance()
        targets = [backlog for backlog in self._backlogs.values() if backlog.subscription.topic == topic]
        weight = sum(message.weight for message in messages)
        if any(backlog.weight + weight > MAX_BACKLOG_BYTES for backlog in targets):
            raise ResourceExhausted(f"a subscription of {topic} already holds {MAX_BACKLOG_BYTES} bytes")
        return [self._fan_out(message, targets, now) for message in messages]

    def pull(self, name: str, limit: int, ack_deadline: float | None = None) -> list[Delivery]:
        """Lease up to `limit` messages that are due, for `ack_deadline` seconds or the subscription's own."""
        if limit < 1:
            raise InvalidArgument(f"max_messages must be 1 or more, not {limit}")
        backlog = self._backlog(name)
        return backlog.pull(limit, self._advance(), ack_deadline)

    def acknowledge(self, name: str, ack_ids: Sequence[str]) -> None:
        """Forget the messages; raises InvalidArgument for no ids and for those of another subscription."""
        backlog = self._backlog(name)
        _check_ack_ids(name, ack_ids)
        self._advance()
        backlog.acknowledge(ack_ids)

    def modify_ack_deadline(self, name: str, ack_ids: Sequence[str], seconds: float) -> None:
        """Let leases end `seconds` from now; 0 refuses the message, which is then due by the retry policy."""
        backlog = self._backlog(name)
        _check_ack_ids(name, ack_ids)
        model.check_ack_deadline(seconds)
        backlog.extend(ack_ids, self._advance() + seconds)
        self._advance()

    def outstanding(self, name: str, ack_ids: set[str]) -> set[str]:
        """Return those of the deliveries that are still on lease."""
        backlog = self._backlog(name)
        self._advance()
        return {ack_id for ack_id in ack_ids if backlog.holds(ack_id)}

    def next_change(self) -> float | None:
        """Return when, by the clock, something may next become due by itself; None for never."""
        times = [backlog.next_change(self._now) for backlog in self._backlogs.values()]
        return min((time for time in times if time is not None), default=None)

    def _backlog(self, name: str) -> Backlog:
        if name not in self._backlogs:
            raise NotFound(f"Subscription does not exist: {name}")
        return self._backlogs[name]

    def _advance(self) -> float:
        now = self._now = self._clock()
        for backlog in self._backlogs.values():
            for entry in backlog.expire(now):
                self._dead_letter(backlog, entry, now)
        return now

    def _dead_letter(self, backlog: Backlog, entry: Entry, now: float) -> None:
        policy = backlog.subscription.dead_letter
        if policy is None or policy.topic not in self._topics:
            backlog.retry(entry, now)
            return
        backlog.drop(entry)
        letter = replace(entry.message, attributes=_with_source(backlog.subscription, entry))
        targets = [other for other in self._backlogs.values() if other.subscription.topic == policy.topic]
        self._fan_out(letter, targets, now)

    def _fan_out(self, message: Message, targets: Sequence[Backlog], now: float) -> str:
        stamped = replace(message, id=str(next(self._ids)), published=now)
        for backlog in targets:
            backlog.add(stamped, now)
        return stamped.id


def _check_ack_ids(subscription: str, ack_ids: Sequence[str]) -> None:
    if not ack_ids:
        raise InvalidArgument("No ack ids specified.")
    for ack_id in ack_ids:
        owner, _, number = ack_id.rpartition(":")
        if owner != subscription or not number.isdigit():
            raise InvalidArgument(f"{ack_id!r} is no ack id of {subscription}")


def _with_source(subscription: Subscription, entry: Entry) -> dict[str, str]:
    _, project, _, name = subscription.name.split("/")
    published = datetime.fromtimestamp(entry.message.published, UTC)
    prefix = "CloudPubSubDeadLetterSource"
    return {
        **entry.message.attributes,
        f"{prefix}DeliveryCount": str(entry.attempts),
        f"{prefix}Subscription": name,
        f"{prefix}SubscriptionProject": project,
        f"{prefix}TopicPublishTime": published.isoformat().replace("+00:00", "Z"),
    }
