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
from tests.unit.tools.cli.rooms import NAMING
from tests.unit.tools.cli.topics import FakeTopic
from tools.parked.cases import (
    BATCH,
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

Event = Mapping[str, Any]
_numbers = itertools.count(1)
START = datetime(2026, 3, 1, tzinfo=UTC)
OF_STORAGE = "google.cloud.storage.object.v1"


def notification(name: str, event_id: str = "e1") -> dict[str, Any]:
    told = {"eventType": "OBJECT_FINALIZE", "bucketId": "shop", "objectId": name}
    message = {"attributes": {**told, "eventTime": "2026-03-01T12:00:00Z"}, "messageId": event_id}
    return {
        "id": event_id, "type": "google.cloud.pubsub.topic.v1.messagePublished", "data": {"message": message}
    }  # fmt: skip


def direct(name: str, kind: str = "finalized") -> dict[str, Any]:
    when = "2026-03-01T12:00:00Z"
    return {
        "id": "e2",
        "type": f"{OF_STORAGE}.{kind}",
        "time": when,
        "data": {"bucket": "shop", "name": name},
    }


def as_bytes(event: Event) -> dict[str, Any]:
    encoded = base64.b64encode(json.dumps(event["data"]).encode()).decode()
    return {**{key: value for key, value in event.items() if key != "data"}, "data_base64": encoded}


def leased(event: Event, reason: str = "bad-picture", picture: str = "", content: str = "") -> Leased:
    number = next(_numbers)
    parked = Parked(reason, "handling", "why", event, picture, content)
    return Leased(f"m{number}", START + timedelta(seconds=number), parked, f"ack{number}")


def about(*numbers: int) -> list[Leased]:
    """An event about each product."""
    return [leased(notification(f"products/{n}/a.jpg", f"e{n}")) for n in numbers]


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
        (direct("x", "metadataUpdated"), "", None),
        ({"type": f"{OF_STORAGE}.finalized", "data_base64": "!"}, "", None),
    ],
)
def test_the_picture_is_read_from_the_original_event(
    event: Event, picture: str, origin: Origin | None
) -> None:
    [case] = cases([leased(event, picture=picture)], NAMING.product)
    assert case.origin == origin


def test_what_was_parked_about_the_same_content_or_event_is_one_case_named_by_the_oldest() -> None:
    first = leased(notification("products/1/a.jpg", "e1"), content="h1")
    again = leased(notification("products/1/a.jpg", "e2"), content="h1", reason="too-large")
    other, other_again = about(3, 3)
    one, two = leased({}), leased({})
    found = cases([other_again, again, one, two, other, first], NAMING.product)
    assert [case.leased for case in found] == [(first, again), (other, other_again), (one,), (two,)]
    assert (found[0].id, found[0].parked.reason) == (first.id, "too-large")


def test_a_selector_takes_what_fits_in_everything_given() -> None:
    events = [*about(1), leased(notification("products/2/a.jpg", "e2"), reason="unknown-product")]
    two = cases(events, NAMING.product)

    def taken(**wanted: str) -> list[str | None]:
        return [case.product for case in two if Selector(**wanted).fits(case)]

    assert taken() == ["1", "2"]
    assert taken(reason="bad-picture") == ["1"]
    assert taken(product="2") == taken(id=two[1].id) == ["2"]
    assert taken(reason="bad-picture", product="2") == []


@dataclass
class FakeQueue:
    """Parked events in memory, of which none is removed while the topic may still lose what was asked."""

    events: list[Leased]
    topic: FakeTopic = field(default_factory=FakeTopic)
    removed: list[Leased] = field(default_factory=list)
    returned: list[Leased] = field(default_factory=list)

    def lease(self, most: int) -> list[Leased]:
        return self.events[:most]

    def remove(self, leased: Sequence[Leased]) -> None:
        assert self.topic.flying == 0
        self.removed += leased

    def give_back(self, leased: Sequence[Leased]) -> None:
        self.returned += leased


def test_replay_asks_again_and_removes_only_then_and_keeps_what_cannot_be_read() -> None:
    queue = FakeQueue([*about(0, 1, 2), leased({})])
    with holding(queue, NAMING, Selector(), 10) as held:
        assert replayed(held, queue.topic) == 3
    assert queue.topic.asked == [("shop", f"products/{n}/a.jpg", True) for n in range(3)]
    assert (queue.removed, queue.returned) == (queue.events[:3], queue.events[3:])


def test_a_failing_replay_keeps_its_batch_and_gives_everything_left_back() -> None:
    queue = FakeQueue(about(*range(BATCH + 2)), FakeTopic(failing=f"products/{BATCH}/a.jpg"))
    with pytest.raises(Transient), holding(queue, NAMING, Selector(), 10_000) as held:
        replayed(held, queue.topic)
    assert (queue.removed, queue.returned) == (queue.events[:BATCH], queue.events[BATCH:])


def test_what_is_only_looked_at_is_given_back(capsys: pytest.CaptureFixture[str]) -> None:
    queue = FakeQueue([*about(1), leased({})])
    with holding(queue, NAMING, Selector(product="1"), 2) as held:
        assert [case.product for case in held.cases] == ["1"]
    assert (queue.removed, queue.returned) == ([], queue.events)
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


def test_a_reason_nobody_foresaw_and_every_stage_have_an_explanation() -> None:
    for reason in ("vision-error-9", "", "never heard of"):
        assert known(reason) is None
        assert "no explanation" in happened(reason)
        assert "replay it if it may succeed" in advice(reason)
    assert all(stage(name).endswith(".") for name in ("handling", "labeling", "too-old"))
