from __future__ import annotations

import threading
import time
from collections.abc import Mapping

import pytest

from shared.errors import Failure, Misconfigured, Permanent, Transient
from shared.imaging import FileLimits, Picture
from shared.labeling.one_by_one import AT_ONCE, OneByOne, ending_by, sparing_answers
from shared.model import Label, Labels
from tests.fakes.imaging import FakeImaging

DENIED = Misconfigured("SETTING", "what to write")


class Echo(OneByOne):
    """Names a picture after its bytes, but for `failures`; counts how many are looked at together."""

    name = "echo"
    recogniser_id = "echo/1"
    takes = FileLimits(frozenset({"JPEG"}), max_bytes=1_000_000)

    def __init__(self, failures: Mapping[bytes, Exception] | None = None) -> None:
        super().__init__(FakeImaging({b"pdf": Permanent("unsupported-format", "a PDF")}))
        self.failures = failures or {}
        self.together = threading.Barrier(AT_ONCE, timeout=5)

    def _look(self, file: bytes) -> Labels:
        if file == b"together":
            self.together.wait()
        if file in self.failures:
            raise self.failures[file]
        return (Label(file.decode(), 1.0),)


def names(outcomes: list[Labels | Failure]) -> list[str]:
    return [outcome.reason if isinstance(outcome, Failure) else outcome[0].name for outcome in outcomes]


def test_outcomes_come_in_the_order_of_the_pictures_with_failures_of_their_own() -> None:
    labeler = Echo({b"bad": Permanent("bad-picture", "bad"), b"slow": Transient("timeout", "slow")})
    pictures = [Picture(b"a"), Picture(b"bad"), Picture(b"pdf"), Picture(b"slow"), Picture(b"d")]
    expected = ["a", "bad-picture", "unsupported-format", "timeout", "d"]
    assert names(labeler.label_many(pictures)) == expected


def test_several_pictures_are_looked_at_together() -> None:
    assert names(Echo().label_many([Picture(b"together")] * AT_ONCE)) == ["together"] * AT_ONCE


@pytest.mark.parametrize("count", [1, 3])
def test_what_is_misconfigured_is_raised(count: int) -> None:
    with pytest.raises(Misconfigured):
        Echo({b"a": DENIED}).label_many([Picture(b"a")] * count)


def test_answers_beside_what_is_misconfigured_are_spared() -> None:
    answer: Labels = (Label("Shoe", 1.0),)
    spared = sparing_answers([answer, DENIED])
    assert spared[0] is answer
    assert isinstance(spared[1], Transient)
    assert spared[1].reason == "denied"


def test_a_call_returns_what_it_returns() -> None:
    assert ending_by(time.monotonic() + 5, lambda: 7) == 7


def test_a_call_raises_what_it_raises() -> None:
    def fail() -> None:
        raise DENIED

    with pytest.raises(Misconfigured) as raised:
        ending_by(time.monotonic() + 5, fail)
    assert raised.value is DENIED


def test_a_call_that_takes_too_long_is_left() -> None:
    leave = threading.Event()
    started = time.monotonic()
    with pytest.raises(TimeoutError):
        ending_by(started + 0.1, leave.wait)
    assert time.monotonic() - started < 1.0
    leave.set()
