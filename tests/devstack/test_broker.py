from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devstack.pubsub import model
from devstack.pubsub.broker import MAX_BACKLOG_BYTES, Broker
from devstack.pubsub.model import (
    DeadLetterPolicy,
    Delivery,
    InvalidArgument,
    Message,
    ResourceExhausted,
    RetryPolicy,
    Subscription,
)
from tests.engine.shop import Clock

TOPIC = "projects/shop/topics/pictures"
DEAD = "projects/shop/topics/dead-letter"
NAME = "projects/shop/subscriptions/pictures"
LETTERS = "projects/shop/subscriptions/letters"
MESSAGE = Message(b"data", {"objectId": "x"})
RETRY = RetryPolicy(minimum=1.0, maximum=3.0)


class Bench:
    """A broker with one topic, its subscription, and a dead-letter topic with another."""

    def __init__(self, retry: RetryPolicy | None = None, attempts: int | None = None) -> None:
        self.clock = Clock()
        self.broker = Broker(self.clock)
        for topic in (TOPIC, DEAD):
            self.broker.create_topic(topic)
        policy = DeadLetterPolicy(DEAD, attempts) if attempts else None
        self.broker.create_subscription(Subscription(NAME, TOPIC, retry=retry, dead_letter=policy))
        self.broker.create_subscription(Subscription(LETTERS, DEAD))

    def pull(self, name: str = NAME) -> list[Delivery]:
        return self.broker.pull(name, 1_000)

    def refuse(self, deliveries: list[Delivery]) -> None:
        self.broker.modify_ack_deadline(NAME, [delivery.ack_id for delivery in deliveries], 0)


@pytest.fixture
def bench() -> Bench:
    """With a message that waits."""
    bench = Bench()
    bench.broker.publish(TOPIC, [MESSAGE])
    return bench


@pytest.mark.parametrize("extended", [None, 600])
def test_a_lease_ends_at_its_deadline_and_late_acks_do_nothing(bench: Bench, extended: int | None) -> None:
    assert bench.broker.next_change() is None
    (delivery,) = bench.pull()
    if extended:
        bench.broker.modify_ack_deadline(NAME, [delivery.ack_id], extended)
    assert bench.broker.next_change() == bench.clock.seconds + (extended or 10)
    bench.clock.pass_by((extended or 10) - 0.001)
    assert bench.pull() == []
    bench.clock.pass_by(0.001)
    bench.broker.acknowledge(NAME, [delivery.ack_id])
    assert [delivery.message.data for delivery in bench.pull()] == [b"data"]


def test_back_off_doubles_from_its_minimum_to_its_maximum() -> None:
    bench = Bench(RETRY)
    bench.broker.publish(TOPIC, [MESSAGE])
    waits = []
    for _ in range(4):
        bench.refuse(bench.pull())
        due = bench.broker.next_change()
        assert due is not None
        waits.append(due - bench.clock.seconds)
        bench.clock.pass_by(waits[-1])
    assert waits == [1.0, 2.0, 3.0, 3.0]


def test_an_expired_lease_counts_as_an_attempt_even_if_nobody_pulls_the_subscription_again() -> None:
    bench = Bench(attempts=5)
    bench.broker.publish(TOPIC, [MESSAGE])
    for _ in range(5):
        assert len(bench.pull()) == 1
        bench.clock.pass_by(10)
    (letter,) = bench.pull(LETTERS)
    assert letter.message.attributes["CloudPubSubDeadLetterSourceDeliveryCount"] == "5"


def test_a_message_without_a_place_to_go_comes_back_at_once_to_its_subscription() -> None:
    bench = Bench(attempts=5)
    bench.broker.publish(TOPIC, [MESSAGE])
    bench.broker.delete_topic(DEAD)
    for attempt in range(1, 8):
        deliveries = bench.pull()
        assert [delivery.attempt for delivery in deliveries] == [attempt]
        bench.refuse(deliveries)


def test_a_full_subscription_refuses_more() -> None:
    bench = Bench()
    large = Message(b"x" * model.MAX_REQUEST_BYTES, {})
    for _ in range(MAX_BACKLOG_BYTES // model.MAX_REQUEST_BYTES):
        bench.broker.publish(TOPIC, [large])
    with pytest.raises(ResourceExhausted):
        bench.broker.publish(TOPIC, [large])
    (delivery,) = bench.broker.pull(NAME, 1)
    bench.broker.acknowledge(NAME, [delivery.ack_id])
    assert bench.broker.publish(TOPIC, [large])


@pytest.mark.parametrize(
    "message",
    [
        Message(b"", {}),
        Message(b"x" * (model.MAX_REQUEST_BYTES + 1), {}),
        Message(b"x", {str(number): "" for number in range(101)}),
        Message(b"x", {"": "value"}),
        Message(b"x", {"k" * 257: "value"}),
        Message(b"x", {"key": "v" * 1_025}),
        Message(b"x", {"googclient": "value"}),
    ],
)
def test_a_message_outside_the_limits_is_refused(message: Message) -> None:
    with pytest.raises(InvalidArgument):
        Bench().broker.publish(TOPIC, [message])


def test_what_is_no_request_is_refused(bench: Bench) -> None:
    with pytest.raises(InvalidArgument):
        bench.broker.acknowledge(NAME, [])
    with pytest.raises(InvalidArgument):
        bench.broker.modify_ack_deadline(NAME, [f"{NAME}:1"], 601)


Steps = list[tuple[str, int]]
_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("publish"), st.integers(1, 3)),
        st.tuples(st.just("pull"), st.integers(1, 3)),
        st.tuples(st.sampled_from(["acknowledge", "refuse"]), st.integers(0, 5)),
        st.tuples(st.just("sleep"), st.integers(0, 15)),
    ),
    max_size=40,
)


@given(_STEPS)
def test_no_message_is_lost_or_leased_twice_and_attempts_end_in_a_dead_letter(steps: Steps) -> None:
    bench = Bench(RETRY, attempts=5)
    published, acknowledged = set[str](), set[str]()
    leases: dict[str, Delivery] = {}
    for step, amount in steps:
        leases = {ack_id: leases[ack_id] for ack_id in bench.broker.outstanding(NAME, set(leases))}
        change = bench.broker.next_change()
        assert change is None or change > bench.clock.seconds
        chosen = list(leases.values())[:amount]
        ids = [delivery.ack_id for delivery in chosen]
        if step == "publish":
            published.update(bench.broker.publish(TOPIC, [MESSAGE] * amount))
        elif step == "pull":
            leases.update((delivery.ack_id, delivery) for delivery in bench.broker.pull(NAME, amount))
            held = [delivery.message.id for delivery in leases.values()]
            assert len(held) == len(set(held))
            assert all(1 <= delivery.attempt <= 5 for delivery in leases.values())
        elif step == "acknowledge" and ids:
            bench.broker.acknowledge(NAME, ids)
            acknowledged.update(delivery.message.id for delivery in chosen)
        elif step == "refuse" and ids:
            bench.refuse(chosen)
        elif step == "sleep":
            bench.clock.pass_by(amount)
    bench.clock.pass_by(1_000)
    drained = {delivery.message.id for delivery in bench.pull()}
    assert not drained & acknowledged
    assert len(acknowledged) + len(drained) + len(bench.pull(LETTERS)) == len(published)
