"""Between Pub/Sub's protocol messages and the broker's values."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from google.pubsub_v1 import types

from devstack.pubsub.model import (
    DeadLetterPolicy,
    Delivery,
    Message,
    RetryPolicy,
    Subscription,
    Unimplemented,
)

_TOPIC_FIELDS = {"name", "labels"}
_SUBSCRIPTION_FIELDS = {
    "name",
    "topic",
    "labels",
    "ack_deadline_seconds",
    "retry_policy",
    "dead_letter_policy",
}


def check_topic(wire: types.Topic) -> None:
    """Raise Unimplemented for a setting the stand-in would have to ignore."""
    _refuse_unknown({field.name for field, _ in types.Topic.pb(wire).ListFields()} - _TOPIC_FIELDS)


def subscription_from_wire(wire: types.Subscription) -> Subscription:
    """Fill in Pub/Sub's defaults; raises Unimplemented for what the stand-in would have to ignore."""
    proto = types.Subscription.pb(wire)
    present = {field.name for field, _ in proto.ListFields()}
    _refuse_unknown(present - _SUBSCRIPTION_FIELDS)
    return Subscription(
        name=wire.name,
        topic=wire.topic,
        ack_deadline=float(wire.ack_deadline_seconds or 10),
        retry=_retry_from_wire(wire) if "retry_policy" in present else None,
        dead_letter=_dead_letter_from_wire(wire) if "dead_letter_policy" in present else None,
    )


def subscription_to_wire(subscription: Subscription) -> types.Subscription:
    """Return what GetSubscription answers."""
    wire = types.Subscription(
        name=subscription.name,
        topic=subscription.topic,
        ack_deadline_seconds=int(subscription.ack_deadline),
    )
    if subscription.retry:
        wire.retry_policy = types.RetryPolicy(
            minimum_backoff=timedelta(seconds=subscription.retry.minimum),
            maximum_backoff=timedelta(seconds=subscription.retry.maximum),
        )
    if subscription.dead_letter:
        wire.dead_letter_policy = types.DeadLetterPolicy(
            dead_letter_topic=subscription.dead_letter.topic,
            max_delivery_attempts=subscription.dead_letter.max_attempts,
        )
    return wire


def message_from_wire(wire: types.PubsubMessage) -> Message:
    """Read a message that is being published; its id and time are the broker's to give."""
    return Message(data=wire.data, attributes=dict(wire.attributes), ordering_key=wire.ordering_key)


def delivery_to_wire(delivery: Delivery) -> types.ReceivedMessage:
    """Return a message as pull and streaming pull hand it out."""
    message = delivery.message
    return types.ReceivedMessage(
        ack_id=delivery.ack_id,
        delivery_attempt=delivery.attempt,
        message=types.PubsubMessage(
            data=message.data,
            attributes=dict(message.attributes),
            message_id=message.id,
            publish_time=datetime.fromtimestamp(message.published, UTC),
            ordering_key=message.ordering_key,
        ),
    )


def _retry_from_wire(wire: types.Subscription) -> RetryPolicy:
    policy = types.RetryPolicy.pb(wire.retry_policy)
    given = {
        name: getattr(policy, f"{name}_backoff").ToTimedelta().total_seconds()
        for name in ("minimum", "maximum")
        if policy.HasField(f"{name}_backoff")
    }
    return RetryPolicy(**given)


def _dead_letter_from_wire(wire: types.Subscription) -> DeadLetterPolicy:
    policy = wire.dead_letter_policy
    return DeadLetterPolicy(policy.dead_letter_topic, policy.max_delivery_attempts or 5)


def _refuse_unknown(fields: set[str]) -> None:
    if fields:
        raise Unimplemented(
            f"the Pub/Sub stand-in knows nothing of {', '.join(sorted(fields))}; Google's emulator may: "
            "make dev ARGS='--pubsub emulator'"
        )
