from __future__ import annotations

import base64
import contextlib
import logging

import pytest
from cloudevents.http import CloudEvent
from werkzeug.exceptions import HTTPException

from functions.enrich.policy import Attempt, Attempts, Policy, answered
from shared.errors import Misconfigured, Permanent, Transient, UnknownProduct
from shared.logs import Line
from shared.model import StoredPicture
from tests.fakes.events import InMemoryBus

EVENT = CloudEvent(
    {"id": "7", "type": "t", "source": "s", "time": "2026-03-01T12:00:00Z"}, {"name": "products/1/a.jpg"}
)


def policy(bus: InMemoryBus, age: float = 0) -> Policy:
    """That has first tried the event `age` seconds ago; the event itself is years old."""
    now = [0.0]
    found = Policy(lambda: bus, max_age=3600, attempts=Attempts(clock=lambda: now[0]))
    with contextlib.suppress(Transient), found.applied_to(EVENT, Line()):
        raise Transient("throttled", "slow down")
    now[0] = age
    return found


def test_success_parks_nothing() -> None:
    bus = InMemoryBus()
    with policy(bus).applied_to(EVENT, Line()):
        pass
    assert bus.parked == []


def test_a_permanent_failure_is_parked_with_its_reason_and_the_whole_event_and_acknowledged() -> None:
    bus = InMemoryBus()
    with policy(bus).applied_to(EVENT, Line()):
        raise Permanent("bad-picture", "not a picture")
    [parked] = bus.parked
    assert (parked.reason, parked.stage, parked.message) == ("bad-picture", "handling", "not a picture")
    assert parked.event["id"] == "7"
    assert parked.event["data"] == {"name": "products/1/a.jpg"}


def test_data_that_is_no_json_is_kept_byte_for_byte() -> None:
    bus = InMemoryBus()
    broken = CloudEvent({"id": "7", "type": "t", "source": "s", "time": "2026-03-01T12:00:00Z"}, b"{\xff")
    with policy(bus).applied_to(broken, Line()):
        raise Permanent("bad-event", "no JSON")
    assert bus.parked[0].event["data_base64"] == base64.b64encode(b"{\xff").decode()


def test_a_transient_failure_asks_for_redelivery() -> None:
    bus = InMemoryBus()
    with pytest.raises(Transient), policy(bus, age=3600).applied_to(EVENT, Line()):
        raise Transient("throttled", "slow down")
    assert bus.parked == []


def test_a_transient_failure_is_parked_long_after_the_first_attempt() -> None:
    bus = InMemoryBus()
    with policy(bus, age=3601).applied_to(EVENT, Line()):
        raise UnknownProduct("1")
    assert [(parked.reason, parked.stage) for parked in bus.parked] == [("unknown-product", "too-old")]


@pytest.mark.parametrize("error", [Misconfigured("X", "write x"), ZeroDivisionError()])
@pytest.mark.parametrize("age", [0, 10_000])
def test_misconfigured_and_unforeseen_errors_are_never_acknowledged(error: Exception, age: float) -> None:
    bus = InMemoryBus()
    with pytest.raises(type(error)), policy(bus, age).applied_to(EVENT, Line()):
        raise error
    assert bus.parked == []


def test_an_event_that_cannot_be_parked_is_delivered_again() -> None:
    bus = InMemoryBus(Transient("pubsub-unavailable", "down"))
    with pytest.raises(Transient, match="down"), policy(bus).applied_to(EVENT, Line()):
        raise Permanent("bad-picture", "not a picture")


@pytest.mark.parametrize(
    ("error", "outcome", "level"),
    [
        (Permanent("bad-event", "no"), "parked", logging.ERROR),
        (Transient("throttled", "slow"), "again", logging.WARNING),
        (Misconfigured("X", "write x"), "misconfigured", logging.CRITICAL),
        (ZeroDivisionError("oops"), "unforeseen", logging.CRITICAL),
    ],
)
def test_the_outcome_is_told_to_the_log_line(error: Exception, outcome: str, level: int) -> None:
    line = Line()
    with contextlib.suppress(type(error)), policy(InMemoryBus()).applied_to(EVENT, line):
        raise error
    assert (line.fields["outcome"], line.level) == (outcome, level)


def test_a_refused_picture_is_parked_with_its_content_and_the_event() -> None:
    bus = InMemoryBus()
    picture = StoredPicture("pictures", "products/1/a.jpg", 1, "hash", 5, "image/jpeg")
    policy(bus).refusing(EVENT)(picture, Permanent("bad-picture", "not a picture"))
    [parked] = bus.parked
    assert (parked.stage, parked.picture, parked.content_hash) == ("labeling", "products/1/a.jpg", "hash")
    assert parked.event["id"] == "7"


def test_how_long_an_event_waited_before_it_was_tried_does_not_count() -> None:
    bus = InMemoryBus()
    with pytest.raises(Transient), Policy(lambda: bus, max_age=1).applied_to(EVENT, Line()):
        raise Transient("throttled", "slow down")
    assert bus.parked == []


def test_tries_are_counted_for_the_latest_events_only() -> None:
    now = [0.0]
    attempts = Attempts(clock=lambda: now[0])
    for number in range(10_001):
        attempts.next(str(number).encode())
    now[0] = 5.0
    assert attempts.next(b"10000") == Attempt(2, 5.0)
    assert attempts.next(b"0") == Attempt(1, 0.0)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Transient("throttled", "slow"), 503),
        (UnknownProduct("1"), 503),
        (Misconfigured("X", "write x"), 503),
        (ZeroDivisionError("oops"), 500),
    ],
)
def test_what_was_not_done_is_answered_without_a_traceback_of_the_frameworks(
    error: Exception, status: int
) -> None:
    with pytest.raises(HTTPException) as caught, answered():
        raise error
    assert caught.value.code == status


def test_an_unforeseen_error_leaves_its_traceback_to_the_line() -> None:
    line, error = Line(), ZeroDivisionError("oops")
    with contextlib.suppress(ZeroDivisionError), policy(InMemoryBus()).applied_to(EVENT, line):
        raise error
    assert line.error is error
