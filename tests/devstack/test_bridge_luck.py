"""What the bridge does to messages on purpose."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from devstack.delivery.bridge import Bridge, Counts
from shared.events import look_again
from tests.devstack.receiving import STORAGE, Function, Publish, delivered, receiving


@pytest.fixture(scope="session")
def pubsub_host(stand_in_host: str) -> str:
    """The contract suite shows that both behave alike; the quick one will do here."""
    return stand_in_host


def test_duplicates_carry_the_same_id(
    publish: Publish, function: Function, bridge: Callable[..., Bridge]
) -> None:
    with bridge(copies=(3, 3)) as running:
        publish(b"data")
        assert running.wait(delivered(3), 10)
    assert len({body["message"]["messageId"] for body in function.bodies()}) == 1
    assert len(function.seen) == 3


def test_copies_vary_and_come_together_or_later(
    publish: Publish, function: Function, bridge: Callable[..., Bridge], dead_lettered: tuple[str, str]
) -> None:
    with bridge(dead_lettered[0], copies=(1, 3), seed=1) as running:
        sent = [publish(b"data") for _ in range(12)]
        assert running.wait(lambda counts: counts.acknowledged == len(sent), 10)
    attempts: dict[str, list[int]] = {}
    for body in function.bodies():
        attempts.setdefault(body["message"]["messageId"], []).append(body["deliveryAttempt"])
    assert attempts.keys() == set(sent)
    assert {len(each) for each in attempts.values()} == {1, 2, 3}
    assert {1, 2} <= {attempt for each in attempts.values() for attempt in each}
    assert any(len(set(each)) < len(each) for each in attempts.values())


def test_a_copy_that_fails_is_owed(
    publish: Publish, function: Function, bridge: Callable[..., Bridge]
) -> None:
    function.statuses = [500, 204, 500]
    with bridge(copies=(3, 3)) as running:
        publish(b"data")
        assert running.wait(lambda counts: counts.acknowledged == 1, 10)
    assert running.counts == Counts(delivered=3, failed=2, acknowledged=1)


def test_disorder_lets_messages_overtake_one_another(
    publish: Publish, function: Function, bridge: Callable[..., Bridge]
) -> None:
    with bridge(disorder=0.2, concurrency=10, seed=1) as running:
        sent = [publish(b"data") for _ in range(10)]
        assert running.wait(delivered(10), 10)
    arrived = [body["message"]["messageId"] for body in function.bodies()]
    assert sorted(arrived) == sorted(sent)
    assert arrived != sent


def test_lost_notifications_are_acknowledged_and_never_delivered_but_requests_are(
    publish: Publish, function: Function, bridge: Callable[..., Bridge]
) -> None:
    with bridge(lost=1.0) as running:
        publish(b"data", **STORAGE)
        publish(b"{}", **look_again("shop", "products/2.jpg"))
        assert running.wait(lambda counts: (counts.acknowledged, counts.requests) == (1, 1), 10)
    assert running.lost == ["products/1.jpg"]
    assert [body["message"]["attributes"]["objectId"] for body in function.bodies()] == ["products/2.jpg"]


def test_only_requests_are_skewed_each_by_the_same_at_every_delivery(
    publish: Publish, function: Function, bridge: Callable[..., Bridge]
) -> None:
    with bridge(skew=3_600.0, copies=(2, 2)) as running:
        publish(b"data", **STORAGE)
        for _ in range(10):
            publish(b"{}", **look_again("shop", "products/2.jpg"))
        assert running.wait(delivered(22), 10)
    now, times = datetime.now(UTC), defaultdict(set)
    for body in function.bodies():
        times[body["message"]["messageId"]].add(body["message"]["publishTime"])
    assert all(len(told) == 1 for told in times.values())
    skews = sorted((datetime.fromisoformat(*told) - now).total_seconds() for told in times.values())
    assert -3_700 < skews[0] < -60 < 60 < skews[-1] < 3_600
    exact = next(each for each in function.bodies() if each["message"]["attributes"] == STORAGE)["message"]
    assert abs((datetime.fromisoformat(exact["publishTime"]) - now).total_seconds()) < 60


def test_every_instance_gets_its_share(
    publish: Publish, function: Function, subscribe: Callable[..., str], pubsub_host: str
) -> None:
    with receiving() as other, Bridge(pubsub_host, subscribe(), function.url, others=[other.url]) as running:
        for _ in range(20):
            publish(b"data", **STORAGE)
        assert running.wait(delivered(20), 10)
    shares = (len(function.seen), len(other.seen))
    assert sum(shares) == 20
    assert min(shares) >= 2
