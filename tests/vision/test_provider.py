"""The provider with Google's own client, over real gRPC and REST, against the stand-in."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable

import pytest

from shared.errors import Failure, Misconfigured, Permanent, Transient
from shared.imaging import Picture
from shared.labeling import Recognizer
from shared.model import Labels
from tests.vision.shapes import png
from tests.vision.standing_in import pointed_to

Order = Callable[..., None]
Counts = Callable[[], dict[str, int]]


def best(outcome: Labels | Failure) -> str:
    assert not isinstance(outcome, Failure)
    return outcome[0].name


def test_seventeen_pictures_are_two_calls_with_the_outcomes_in_order(
    recognizer: Recognizer, counts: Counts
) -> None:
    outcomes = recognizer.label_many([Picture(png(10 + n, 5)) for n in range(17)])
    assert [best(outcome) for outcome in outcomes] == [f"Size {10 + n} x 5" for n in range(17)]
    assert counts() == {"calls": 2, "pictures": 17}


def test_labels_keep_to_the_settings(endpoint: str) -> None:
    labels = pointed_to(endpoint, min_score=0.7, max_labels=3).label(Picture(png(4, 4)))
    assert [label.name for label in labels] == ["Size 4 x 4", "Filler 1"]
    assert all(0.7 <= label.score <= 1 for label in labels)
    assert len(pointed_to(endpoint, max_labels=12).label(Picture(png(4, 4)))) == 12


def test_one_pictures_failure_is_its_own(recognizer: Recognizer) -> None:
    first, other, bad, last = recognizer.label_many(
        [Picture(png(1, 2)), Picture(b"no picture"), Picture(b"BM no picture"), Picture(png(2, 1))]
    )
    assert (best(first), best(last)) == ("Size 1 x 2", "Size 2 x 1")
    assert isinstance(other, Permanent)
    assert other.reason == "unsupported-format"
    assert isinstance(bad, Permanent)
    assert bad.reason == "bad-picture"


def test_two_outages_are_survived_and_the_picture_is_paid_once(
    recognizer: Recognizer, order: Order, counts: Counts
) -> None:
    order(status=503, times=2)
    assert best(recognizer.label(Picture(png(3, 3)))) == "Size 3 x 3"
    assert counts() == {"calls": 3, "pictures": 1}


def test_a_dropped_connection_is_survived(recognizer: Recognizer, order: Order, counts: Counts) -> None:
    order(refuse=True)
    assert best(recognizer.label(Picture(png(3, 3)))) == "Size 3 x 3"
    assert counts() == {"calls": 2, "pictures": 1}


def test_a_hanging_service_is_left_at_the_deadline(endpoint: str, order: Order, counts: Counts) -> None:
    order(latency_ms=60_000, times=100)
    started = time.monotonic()
    with pytest.raises(Transient) as raised:
        pointed_to(endpoint, timeout=0.5).label(Picture(png(3, 3)))
    assert raised.value.reason == "vision-timeout"
    assert 0.4 < time.monotonic() - started < 3.0
    assert counts()["calls"] == 1


@pytest.mark.parametrize(
    ("status", "failure"), [(429, (Transient, "throttled")), (400, (Permanent, "bad-picture"))]
)
def test_a_call_that_is_refused_is_not_repeated(
    recognizer: Recognizer, order: Order, counts: Counts, status: int, failure: tuple[type[Failure], str]
) -> None:
    order(status=status)
    [outcome] = recognizer.label_many([Picture(png(3, 3))])
    assert isinstance(outcome, Failure)
    assert (type(outcome), outcome.reason) == failure
    assert counts() == {"calls": 1, "pictures": 0}


def test_a_batch_refused_for_its_contents_is_asked_again_one_by_one(
    recognizer: Recognizer, order: Order, counts: Counts
) -> None:
    order(status=400)
    outcomes = recognizer.label_many([Picture(png(n, 1)) for n in (1, 2, 3)])
    assert [best(outcome) for outcome in outcomes] == ["Size 1 x 1", "Size 2 x 1", "Size 3 x 1"]
    assert counts() == {"calls": 4, "pictures": 3}


@pytest.mark.parametrize(
    ("status", "setting"), [(403, "RECOGNIZER"), (401, "GOOGLE_APPLICATION_CREDENTIALS")]
)
def test_refused_rights_are_a_fault_of_the_deployment(
    recognizer: Recognizer, order: Order, status: int, setting: str
) -> None:
    order(status=status)
    with pytest.raises(Misconfigured) as raised:
        recognizer.label(Picture(png(3, 3)))
    assert raised.value.setting == setting


def test_an_error_inside_an_ok_answer_is_a_failure(
    recognizer: Recognizer, order: Order, counts: Counts
) -> None:
    order(picture_code=8)
    with pytest.raises(Transient) as raised:
        recognizer.label(Picture(png(3, 3)))
    assert raised.value.reason == "throttled"
    assert counts() == {"calls": 1, "pictures": 0}


def test_an_error_of_some_pictures_leaves_the_others_their_answers(
    recognizer: Recognizer, order: Order
) -> None:
    order(picture_code=14, pictures=2)
    first, second, third = recognizer.label_many([Picture(png(n, 5)) for n in (1, 2, 3)])
    assert isinstance(first, Transient)
    assert isinstance(second, Transient)
    assert best(third) == "Size 3 x 5"


@pytest.mark.parametrize("scheme", ["grpc", "http"])
def test_a_refused_connection_is_transient_within_the_deadline(scheme: str) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        endpoint = f"{scheme}://127.0.0.1:{unused.getsockname()[1]}"
        started = time.monotonic()
        with pytest.raises(Transient) as raised:
            pointed_to(endpoint, timeout=0.5).label(Picture(png(3, 3)))
    assert raised.value.reason in {"vision-unavailable", "vision-timeout"}
    assert time.monotonic() - started < 3.0
