from __future__ import annotations

import base64
import contextlib
import json
import logging

import pytest
from cloudevents.http import CloudEvent
from werkzeug.exceptions import HTTPException

from functions.enrich.policy import Attempt, Attempts, Policy, Tally, answered
from shared import logs
from shared.errors import Misconfigured, Permanent, Transient, UnknownProduct
from shared.logs import Line
from shared.model import StoredPicture
from tests.fakes.events import InMemoryBus

ABOUT = {"id": "7", "type": "t", "source": "s", "time": "2026-03-01T12:00:00Z"}
EVENT = CloudEvent(ABOUT, {"name": "products/1/a.jpg"})
THROTTLED, BAD = Transient("throttled", "slow down"), Permanent("bad-picture", "not a picture")
WRONG, UNFORESEEN = Misconfigured("X", "write x"), ZeroDivisionError("oops")


def policy(bus: InMemoryBus, age: float = 0) -> Policy:
    """That has first tried the event `age` seconds ago; the event itself is years old."""
    now = [0.0]
    found = Policy(lambda: bus, max_age=3600, attempts=Attempts(clock=lambda: now[0]))
    with contextlib.suppress(Transient), found.applied_to(EVENT, Line()):
        raise THROTTLED
    now[0] = age
    return found


@pytest.mark.parametrize(
    ("error", "age", "parked", "outcome", "level"),
    [
        (None, 0, [], None, logging.INFO),
        (BAD, 0, [("bad-picture", "handling", "not a picture")], "parked", logging.ERROR),
        (THROTTLED, 3600, [], "again", logging.WARNING),
        (
            UnknownProduct("1"),
            3601,
            [("unknown-product", "too-old", str(UnknownProduct("1")))],
            "parked",
            logging.ERROR,
        ),
        *((WRONG, age, [], "misconfigured", logging.CRITICAL) for age in (0, 10_000)),
        *((UNFORESEEN, age, [], "unforeseen", logging.CRITICAL) for age in (0, 10_000)),
    ],
)
def test_what_is_not_parked_is_raised_and_the_log_line_says_which(
    error: Exception | None, age: float, parked: list[tuple[str, str, str]], outcome: str | None, level: int
) -> None:
    bus, line = InMemoryBus(), Line()
    raises = pytest.raises(type(error)) if error and not parked else contextlib.nullcontext()
    with raises, policy(bus, age).applied_to(EVENT, line):
        if error:
            raise error
    assert [(each.reason, each.stage, each.message) for each in bus.parked] == parked
    assert (line.fields.get("outcome"), line.level) == (outcome, level)
    assert line.error is (error if error is UNFORESEEN else None), "its traceback is the line's"


@pytest.mark.parametrize(
    ("content", "kept"),
    [
        ({"name": "a.jpg"}, {"data": {"name": "a.jpg"}}),
        (b"{\xff", {"data_base64": base64.b64encode(b"{\xff").decode()}),
    ],
    ids=["JSON", "byte for byte"],
)
def test_the_whole_event_is_parked(content: object, kept: dict[str, object]) -> None:
    bus = InMemoryBus()
    with policy(bus).applied_to(CloudEvent(ABOUT, content), Line()):
        raise BAD
    assert bus.parked[0].event.items() >= {"id": "7", **kept}.items()


def test_an_event_that_cannot_be_parked_is_delivered_again() -> None:
    bus = InMemoryBus(Transient("pubsub-unavailable", "down"))
    with pytest.raises(Transient, match="down"), policy(bus).applied_to(EVENT, Line()):
        raise BAD


def test_a_refused_picture_is_parked_with_its_content_and_the_event() -> None:
    bus = InMemoryBus()
    picture = StoredPicture("pictures", "products/1/a.jpg", 1, "hash", 5, "image/jpeg")
    policy(bus).refusing(EVENT)(picture, BAD)
    [parked] = bus.parked
    assert (parked.stage, parked.picture, parked.content_hash) == ("labeling", "products/1/a.jpg", "hash")
    assert parked.event["id"] == "7"


def test_tries_are_counted_for_the_latest_events_only() -> None:
    now = [0.0]
    attempts = Attempts(clock=lambda: now[0])
    for number in range(10_001):
        attempts.next(str(number).encode())
    now[0] = 5.0
    assert attempts.next(b"10000") == Attempt(2, 5.0)
    assert attempts.next(b"0") == Attempt(1, 0.0)


@pytest.mark.parametrize(
    ("error", "status"), [(THROTTLED, 503), (UnknownProduct("1"), 503), (WRONG, 503), (UNFORESEEN, 500)]
)
def test_what_was_not_done_is_answered_without_a_traceback_of_the_frameworks(
    error: Exception, status: int
) -> None:
    with pytest.raises(HTTPException) as caught, answered():
        raise error
    assert caught.value.code == status


def test_the_first_is_told_at_once_and_the_others_each_minute_and_at_the_end_of_a_process(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def told() -> list[dict[str, dict[str, object]]]:
        return [json.loads(line)["leftOut"] for line in capsys.readouterr().out.splitlines()]

    logs.setup()
    now = [0.0]
    tally = Tally(clock=lambda: now[0])
    tally.add("no-picture", "products/1/.DS_Store")
    assert told() == [{"no-picture": {"events": 1, "example": "products/1/.DS_Store"}}]
    for number in range(500):
        tally.add("outside-pattern", f"banners/{number}.jpg")
    tally.add("other-bucket", "gs://b/x.jpg")
    assert told() == []
    now[0] = 60.0
    tally.tell()
    both = {
        "other-bucket": {"events": 1, "example": "gs://b/x.jpg"},
        "outside-pattern": {"events": 500, "example": "banners/499.jpg"},
    }
    assert told() == [both]
    tally.tell(at_once=True)
    assert told() == [], "nothing is left"
    tally.add("no-picture", "b")
    tally.tell(at_once=True)
    assert told() == [{"no-picture": {"events": 1, "example": "b"}}]
