from __future__ import annotations

import base64
import itertools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.errors import FailureReason, Reason, Transient
from shared.events import Leased, Parked
from shared.labeling import registry
from tests.unit.tools.cli.listing import NAMING
from tools.parked.cases import (
    BATCH,
    Case,
    Origin,
    Selector,
    advice,
    cases,
    happened,
    holding,
    known,
    replayed,
    stage,
)

_numbers = itertools.count(1)
START = datetime(2026, 3, 1, tzinfo=UTC)


def notification(name: str, event_id: str = "e1") -> dict[str, Any]:
    attributes = {
        "eventType": "OBJECT_FINALIZE",
        "bucketId": "shop",
        "objectId": name,
        "eventTime": "2026-03-01T12:00:00Z",
    }
    return {
        "id": event_id,
        "type": "google.cloud.pubsub.topic.v1.messagePublished",
        "data": {"message": {"attributes": attributes, "messageId": event_id}},
    }


def direct(name: str) -> dict[str, Any]:
    return {
        "id": "e2",
        "type": "google.cloud.storage.object.v1.finalized",
        "time": "2026-03-01T12:00:00Z",
        "data": {"bucket": "shop", "name": name},
    }


def as_bytes(event: Mapping[str, Any]) -> dict[str, Any]:
    encoded = base64.b64encode(json.dumps(event["data"]).encode()).decode()
    return {**{key: value for key, value in event.items() if key != "data"}, "data_base64": encoded}


def leased(
    event: Mapping[str, Any], reason: str = "bad-picture", picture: str = "", content: str = ""
) -> Leased:
    number = next(_numbers)
    parked = Parked(reason, "handling", "why", event, picture, content)
    return Leased(f"m{number}", START + timedelta(seconds=number), parked, f"ack{number}")


@pytest.mark.parametrize(
    ("event", "picture", "origin"),
    [
        (notification("products/7/a.jpg"), "", Origin("shop", "products/7/a.jpg", "7")),
        (notification("products/7/a.jpg"), "products/7/b.jpg", Origin("shop", "products/7/b.jpg", "7")),
        (direct("products/größe 7/a.jpg"), "", Origin("shop", "products/größe 7/a.jpg", "größe 7")),
        (as_bytes(direct("products/7.jpg")), "", Origin("shop", "products/7.jpg", "7")),
        (notification("sale.jpg"), "", Origin("shop", "sale.jpg", None)),
        ({}, "", None),
        ({"id": "1", "type": "other"}, "products/7/b.jpg", None),
        ({**direct("x"), "type": "google.cloud.storage.object.v1.metadataUpdated"}, "", None),
        ({"type": "google.cloud.storage.object.v1.finalized", "data_base64": "!"}, "", None),
    ],
)
def test_the_picture_is_read_from_the_original_event(
    event: Mapping[str, Any], picture: str, origin: Origin | None
) -> None:
    [case] = cases([leased(event, picture=picture)], NAMING.product)
    assert case.origin == origin


def test_what_was_parked_about_the_same_content_or_event_is_one_case_named_by_the_oldest() -> None:
    first = leased(notification("products/1/a.jpg", "e1"), content="h1")
    again = leased(notification("products/1/a.jpg", "e2"), content="h1", reason="too-large")
    other = leased(notification("products/2/a.jpg", "e3"))
    other_again = leased(notification("products/2/a.jpg", "e3"))
    unreadable = [leased({}), leased({})]
    found = cases([other_again, again, *unreadable, other, first], NAMING.product)
    assert [case.leased for case in found] == [
        (first, again),
        (other, other_again),
        (unreadable[0],),
        (unreadable[1],),
    ]
    assert (found[0].id, found[0].parked.reason) == (first.id, "too-large")


@pytest.fixture
def two() -> tuple[Case, Case]:
    first = leased(notification("products/1/a.jpg", "e1"))
    second = leased(notification("products/2/a.jpg", "e2"), reason="unknown-product")
    found = cases([first, second], NAMING.product)
    return found[0], found[1]


def test_a_selector_takes_what_fits_in_everything_given(two: tuple[Case, Case]) -> None:
    def taken(selector: Selector) -> list[str | None]:
        return [case.product for case in two if selector.fits(case)]

    assert taken(Selector()) == ["1", "2"]
    assert taken(Selector(reason="bad-picture")) == ["1"]
    assert taken(Selector(product="2")) == ["2"]
    assert taken(Selector(id=two[1].id)) == ["2"]
    assert taken(Selector(reason="bad-picture", product="2")) == []


@dataclass
class FakeQueue:
    """Parked events in memory."""

    events: list[Leased]
    removed: list[str] = field(default_factory=list)
    returned: list[str] = field(default_factory=list)

    def lease(self, most: int) -> list[Leased]:
        return self.events[:most]

    def remove(self, leased: Sequence[Leased]) -> None:
        self.removed += [event.id for event in leased]

    def give_back(self, leased: Sequence[Leased]) -> None:
        self.returned += [event.id for event in leased]


@dataclass
class FakeTopic:
    """Notes what is asked for; a confirmation notes what was removed from the queue before it."""

    queue: FakeQueue
    failing: str = ""
    asked: list[tuple[str, str, bool]] = field(default_factory=list)
    removed_before: list[int] = field(default_factory=list)

    def ask(self, bucket: str, name: str, *, retry_refused: bool = False) -> FakeConfirmation:
        self.asked.append((bucket, name, retry_refused))
        return FakeConfirmation(self, name)


@dataclass
class FakeConfirmation:
    topic: FakeTopic
    name: str

    def done(self) -> bool:
        return False

    def wait(self) -> None:
        self.topic.removed_before.append(len(self.topic.queue.removed))
        if self.name == self.topic.failing:
            raise Transient("pubsub-unavailable", "down")


def test_replay_asks_again_and_removes_only_then_and_keeps_what_cannot_be_read() -> None:
    events = [leased(notification(f"products/{n}/a.jpg", f"e{n}")) for n in range(3)] + [leased({})]
    queue = FakeQueue(events)
    topic = FakeTopic(queue)
    with holding(queue, NAMING, Selector(), 10) as held:
        assert replayed(held, topic) == 3
    assert topic.asked == [("shop", f"products/{n}/a.jpg", True) for n in range(3)]
    assert set(topic.removed_before) == {0}
    assert queue.removed == [event.id for event in events[:3]]
    assert queue.returned == [events[3].id]


def test_a_failing_replay_keeps_its_batch_and_gives_everything_left_back() -> None:
    events = [leased(notification(f"products/{n}/a.jpg", f"e{n}")) for n in range(BATCH + 2)]
    queue = FakeQueue(events)
    topic = FakeTopic(queue, failing=f"products/{BATCH}/a.jpg")
    with pytest.raises(Transient), holding(queue, NAMING, Selector(), 10_000) as held:
        replayed(held, topic)
    assert queue.removed == [event.id for event in events[:BATCH]]
    assert queue.returned == [event.id for event in events[BATCH:]]


def test_what_is_only_looked_at_is_given_back(capsys: pytest.CaptureFixture[str]) -> None:
    queue = FakeQueue([leased(notification("products/1/a.jpg")), leased({})])
    with holding(queue, NAMING, Selector(product="1"), 2) as held:
        assert [case.product for case in held.cases] == ["1"]
    assert queue.removed == []
    assert queue.returned == [event.id for event in queue.events]
    assert "first 2 parked events" in capsys.readouterr().err


REASONS: tuple[FailureReason, ...] = (*Reason, *registry.reasons())
SHOPPERS = {
    *(Reason.BAD_CROP, Reason.BAD_FILTERS, Reason.URL_REFUSED),
    *(Reason.PICTURE_UNREACHABLE, Reason.PICTURE_SLOW, Reason.BUDGET_SPENT),
}
"""What only a shopper's request goes through; it is answered, never parked."""


@pytest.mark.parametrize("reason", [each for each in REASONS if each not in SHOPPERS])
def test_every_reason_that_can_be_parked_is_explained(reason: FailureReason) -> None:
    assert known(str(reason)) is reason, "two recognizers have a reason of this name"
    assert happened(reason) == reason.happened
    assert reason.happened.endswith(".")
    assert advice(reason) == reason.advice
    assert reason.advice
    assert not reason.advice.endswith(".")


@pytest.mark.parametrize("reason", ["vision-error-9", "", "never heard of"])
def test_a_reason_nobody_foresaw_has_an_explanation_all_the_same(reason: str) -> None:
    assert known(reason) is None
    assert "no explanation" in happened(reason)
    assert "replay it if it may succeed" in advice(reason)


@pytest.mark.parametrize("name", ["handling", "labeling", "too-old"])
def test_every_stage_is_explained(name: str) -> None:
    assert stage(name).endswith(".")
