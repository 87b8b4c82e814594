"""What every recognizer that asks a vendor is promised by its base, with a vendor that names what it gets."""

from __future__ import annotations

import gc
import threading
import time
import weakref
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import pairwise

import pytest

from shared.errors import Failure, FailureReason, Misconfigured, Permanent, Transient
from shared.errors import Reason as Shared
from shared.imaging import FileLimits, Picture
from shared.labeling.remote import AT_ONCE, FIRST_PAUSE, Problem, RemoteRecognizer, View, ending_by
from shared.model import Label, Labels
from tests.fakes.imaging import FakeImaging


class Reason(FailureReason):
    TIMEOUT = ("echo-timeout", "Echo did not answer in time.")
    DOWN = ("echo-down", "Echo is down.")


DENIED = Misconfigured("SETTING", "what to write")
DOWN = Transient(Reason.DOWN, "down")
REFUSED = Permanent(Shared.BAD_PICTURE, "what is this?")
THROTTLED = Transient(Shared.THROTTLED, "slow down")
PROBLEMS: Mapping[bytes, Problem] = {b"much": THROTTLED, b"my": DENIED}
UNREAD = FakeImaging({b"pdf": Permanent(Shared.UNSUPPORTED_FORMAT, "a PDF")})


class Vendor:
    """Gives files back as text, after each error in turn; refuses a batch with b"bad" in it as a whole."""

    def __init__(self, *errors: Problem) -> None:
        self.batches: list[list[bytes]] = []
        self.begun: list[float] = []
        self.seconds: list[float] = []
        self._errors = iter(errors)

    def __call__(self, files: Sequence[bytes], seconds: float) -> Sequence[str | Problem]:
        self.begun.append(time.monotonic())
        self.batches.append(list(files))
        self.seconds.append(seconds)
        if error := next(self._errors, None):
            raise error
        if b"bad" in files:
            raise REFUSED
        return [PROBLEMS.get(file) or file.decode() for file in files]


Ask = Callable[[Sequence[bytes], float], Sequence[str | Problem]]


class Echo(RemoteRecognizer[Ask, str]):
    name = "echo"
    recognizer_id = "echo/1"
    takes = FileLimits(frozenset({"JPEG"}), max_bytes=1_000_000)
    retried = frozenset({Reason.DOWN})
    timed_out = Reason.TIMEOUT

    def __init__(
        self,
        vendor: Ask,
        timeout: float = 5.0,
        *,
        batch: int = 3,
        connect: Callable[[], Ask] | None = None,
        again: Callable[[], bool] = lambda: True,
    ) -> None:
        super().__init__(connect or (lambda: vendor), UNREAD, timeout, again)
        self.batch_pictures = batch
        self.batch_bytes = 12

    def _call(self, files: Sequence[bytes], seconds: float) -> Sequence[str | Problem]:
        return self._client()(files, seconds)

    def _labels(self, answer: str, view: View) -> Labels | Problem:
        assert view.file == answer.encode()
        return (Label(answer, 1.0),)


def pictures(*contents: str) -> list[Picture]:
    return [Picture(content.encode()) for content in contents]


def told(outcomes: Sequence[Labels | Failure]) -> list[str]:
    return [outcome.reason if isinstance(outcome, Failure) else outcome[0].name for outcome in outcomes]


def test_it_connects_once_for_all_threads_when_told_to_or_at_the_first_picture() -> None:
    connected: list[Vendor] = []

    def connect() -> Vendor:
        time.sleep(0.3)
        connected.append(Vendor())
        return connected[-1]

    prepared, unprepared = (Echo(Vendor(), timeout=0.25, connect=connect) for _ in range(2))
    assert prepared.label_many([]) == []
    assert not connected
    prepared.prepare()
    assert told([prepared.label(Picture(b"p"))]) == ["p"]
    assert len(connected) == 1
    names = [f"p{number}" for number in range(16)]
    with ThreadPoolExecutor(8) as threads:
        outcomes = list(threads.map(unprepared.label, pictures(*names)))
    assert told(outcomes) == names, "connecting takes none of a call's time"
    assert len(connected) == 2


@pytest.mark.parametrize(
    ("contents", "sizes"),
    [
        ([], []),
        *((["a"], [1]), (["a", "b", "c"], [3]), (["a", "b", "c", "d"], [3, 1])),
        ([f"{number}" for number in range(8)], [3, 3, 2]),
        (["12345", "6789012", "3", "a picture by itself"], [2, 1, 1]),
    ],
)
def test_a_call_has_what_the_vendor_takes(contents: list[str], sizes: list[int]) -> None:
    vendor = Vendor()
    assert told(Echo(vendor).label_many(pictures(*contents))) == contents
    assert sorted(map(len, vendor.batches), reverse=True) == sizes


@pytest.mark.parametrize("batch", [1, 3])
def test_outcomes_come_in_the_order_of_the_pictures_with_failures_of_their_own(batch: int) -> None:
    vendor = Vendor()
    outcomes = Echo(vendor, batch=batch).label_many(pictures("a", "bad", "pdf", "much", "b", "my", "c"))
    assert told(outcomes) == ["a", "bad-picture", "unsupported-format", "throttled", "b", "denied", "c"]
    assert b"pdf" not in [file for asked in vendor.batches for file in asked]
    assert str(outcomes[5]) == str(DENIED), "what is misconfigured beside answers is spared"


def test_several_calls_are_made_together() -> None:
    together = threading.Barrier(AT_ONCE)

    def meet(files: Sequence[bytes], seconds: float) -> list[str | Problem]:
        together.wait(seconds)
        return [file.decode() for file in files]

    names = [str(number) for number in range(AT_ONCE)]
    assert told(Echo(meet, batch=1).label_many(pictures(*names))) == names


def test_a_vendor_that_forgets_a_picture_mixes_up_nothing() -> None:
    with pytest.raises(ValueError, match="shorter"):
        Echo(lambda files, _: [file.decode() for file in files[1:]]).label_many(pictures("a", "b"))


def test_a_batch_refused_for_what_is_in_it_is_asked_again_one_by_one_within_one_deadline() -> None:
    vendor = Vendor()
    assert told(Echo(vendor).label_many(pictures("a", "bad", "c"))) == ["a", "bad-picture", "c"]
    assert vendor.batches == [[b"a", b"bad", b"c"], [b"a"], [b"bad"], [b"c"]]
    assert all(before > after for before, after in pairwise(vendor.seconds))

    def slowly(files: Sequence[bytes], seconds: float) -> Sequence[str | Problem]:
        time.sleep(0.2)
        return slow(files, seconds)

    slow = Vendor()
    outcomes = Echo(slowly, timeout=0.5).label_many(pictures("a", "bad", "c"))
    assert told(outcomes) == ["a", "echo-timeout", "echo-timeout"]
    time.sleep(0.2)
    assert [b"c"] not in slow.batches, "what nobody waits for is not asked"


def test_a_failed_call_fails_the_pictures_of_its_batch_and_no_others() -> None:
    outcomes = told(Echo(Vendor(THROTTLED)).label_many(pictures("a", "b", "c", "d")))
    assert outcomes in (["throttled"] * 3 + ["d"], ["a", "b", "c", "throttled"])


def test_what_may_pass_is_tried_again_with_growing_pauses_in_the_time_left() -> None:
    vendor = Vendor(DOWN, DOWN, DOWN)
    assert told(Echo(vendor).label_many(pictures("a", "b"))) == ["a", "b"]
    pauses = [after - before for before, after in pairwise(vendor.begun)]
    assert all(pause >= FIRST_PAUSE * 2**number for number, pause in enumerate(pauses))
    assert len(pauses) == 3
    for begun, seconds in zip(vendor.begun, vendor.seconds, strict=True):
        assert seconds == pytest.approx(5.0 - (begun - vendor.begun[0]), abs=0.05)


@pytest.mark.parametrize(
    "error",
    [THROTTLED, REFUSED, DENIED, Transient(Reason.DOWN, "come again", retry_after=0.1)],
    ids=["another reason", "for good", "misconfigured", "the vendor says when"],
)
def test_nothing_else_is_tried_again(error: Problem) -> None:
    vendor = Vendor(error)
    with pytest.raises(type(error)) as raised:
        Echo(vendor).label(Picture(b"a"))
    assert raised.value is error
    assert len(vendor.batches) == 1


def test_nothing_is_tried_again_that_may_not_be_paid_for() -> None:
    vendor, left = Vendor(*[DOWN] * 10), iter([True, True, False])
    with pytest.raises(Transient) as raised:
        Echo(vendor, again=lambda: next(left)).label(Picture(b"a"))
    assert raised.value is DOWN
    assert len(vendor.batches) == 3


def test_an_outage_that_lasts_ends_before_the_deadline_with_its_reason() -> None:
    vendor, started = Vendor(*[DOWN] * 1_000), time.monotonic()
    with pytest.raises(Transient) as raised:
        Echo(vendor, timeout=0.5).label(Picture(b"a"))
    assert raised.value is DOWN
    assert time.monotonic() - started < 2.0
    assert 2 <= len(vendor.batches) <= 3


def test_an_answer_that_trickles_in_is_left_at_the_deadline() -> None:
    leave = threading.Event()

    def trickle(files: Sequence[bytes], _: float) -> list[str | Problem]:
        leave.wait(10)
        return [file.decode() for file in files]

    started = time.monotonic()
    outcomes = Echo(trickle, timeout=0.2).label_many(pictures("a", "b"))
    assert 0.2 <= time.monotonic() - started < 3.0
    leave.set()
    assert told(outcomes) == ["echo-timeout"] * 2
    assert all(isinstance(outcome, Transient) for outcome in outcomes)
    assert str(outcomes[0]) == "Echo did not answer in time."


def test_a_mistake_of_ours_is_no_failure() -> None:
    def wrong(files: Sequence[bytes], _: float) -> list[str | Problem]:
        raise ZeroDivisionError(len(files))

    with pytest.raises(ZeroDivisionError):
        Echo(wrong).label(Picture(b"a"))


def test_what_is_misconfigured_is_raised_where_nothing_was_answered() -> None:
    with pytest.raises(Misconfigured) as raised:
        Echo(Vendor(DENIED, DENIED)).label_many(pictures("pdf", "a", "b", "c", "d"))
    assert raised.value is DENIED


class Asking:
    """A call that holds a picture, and fails."""

    def __call__(self) -> None:
        raise Transient(Shared.THROTTLED, "slow down")


def test_a_failure_keeps_no_picture_until_garbage_is_collected() -> None:
    gc.disable()
    try:
        asking = Asking()
        held = weakref.ref(asking)
        with suppress(Transient):
            ending_by(time.monotonic() + 30, asking)
        del asking
        # The thread may still be ending.
        for _ in range(100):
            time.sleep(0.01 if held() else 0)
        assert held() is None
    finally:
        gc.enable()
