from __future__ import annotations

import gc
import os
import signal
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from shared.errors import Failure, Permanent, Transient
from shared.imaging import LIMITS
from shared.imaging.confined import Confined
from shared.imaging.decoding import Wish
from tests.hostile.processes import THIS, children, mebibytes

MISBEHAVING = (sys.executable, "-S", str(Path(__file__).with_name("misbehaving.py")))
WISH = Wish(100)
SECONDS = 0.2
"""A fifth of what the clock gives a child that hangs."""

ENDED = {
    "crash": "bad-picture",
    "abort": "bad-picture",
    "burn": "too-costly",
    "memory": "too-costly",
    **dict.fromkeys(("killed", "exit", "hang", "stop", "flood", "half"), "decoder-ended"),
    **dict.fromkeys(("garbage", "deep garbage", "huge", "negative", "sizeless"), "decoder-ended"),
    **dict.fromkeys(("endless size", "no reason"), "decoder-ended"),
}
QUICK = {deed: reason for deed, reason in ENDED.items() if deed not in {"hang", "stop", "flood"}}


@pytest.fixture
def confined() -> Confined:
    return Confined(30, seconds=SECONDS, clock=5 * SECONDS, program=MISBEHAVING)


def outcome(confined: Confined, deed: str) -> str:
    try:
        image, _ = confined.raster(deed.encode(), WISH, LIMITS)
    except Failure as error:
        return error.reason
    return f"picture {image.getpixel((0, 0))}"


def told(confined: Confined, deed: str) -> str:
    with pytest.raises(Permanent) as refused:
        confined.raster(deed.encode(), WISH, LIMITS)
    return str(refused.value)


GOOD = f"picture {tuple(b'RGB')}"


@pytest.mark.parametrize("deed", ENDED)
def test_a_picture_that_ends_its_decoder_costs_itself_alone(confined: Confined, deed: str) -> None:
    assert outcome(confined, deed) == ENDED[deed]
    assert outcome(confined, "good") == GOOD
    assert outcome(confined, deed) == ENDED[deed]
    assert outcome(confined, "good") == GOOD


def test_a_decoder_that_answers_is_asked_again_and_one_that_died_is_replaced(confined: Confined) -> None:
    first = told(confined, "whoami")
    assert told(confined, "whoami") == first
    os.kill(int(first), signal.SIGKILL)
    assert told(confined, "whoami") != first


def test_one_that_dies_between_two_pictures_is_not_noticed(confined: Confined) -> None:
    assert [outcome(confined, deed) for deed in ("linger", "good", "linger", "good")] == [GOOD] * 4


def test_no_picture_is_blamed_for_what_another_did_to_the_decoder(confined: Confined) -> None:
    assert [outcome(confined, "crash once used") for _ in range(4)] == [GOOD] * 4


def test_what_wants_too_much_memory_leaves_a_fresh_decoder(confined: Confined) -> None:
    first = told(confined, "whoami")
    assert "takes too much memory" in told(confined, "memory")
    assert told(confined, "whoami") != first


def test_reasons_name_the_format_and_what_to_do() -> None:
    confined = Confined(1, seconds=SECONDS, clock=5 * SECONDS, program=MISBEHAVING)
    assert told(confined, "burn").endswith("takes too much time; send a JPEG, or a smaller picture")
    with pytest.raises(Transient) as ended:
        confined.raster(b"exit", WISH, LIMITS)
    assert ended.value.retry_after


def test_a_program_that_cannot_be_started_is_tried_again_later() -> None:
    assert outcome(Confined(1, program=("/nowhere",)), "good") == "decoder-ended"


def test_who_has_waited_long_enough_for_a_turn_is_told_to_come_again() -> None:
    confined = Confined(0.1, seconds=0.4, clock=2.0, program=MISBEHAVING)
    hanging = threading.Thread(target=outcome, args=(confined, "hang"))
    hanging.start()
    time.sleep(0.3)
    with pytest.raises(Transient) as busy:
        confined.raster(b"good", WISH, LIMITS)
    assert (busy.value.reason, busy.value.retry_after) == ("busy", 1.0)
    hanging.join()
    assert outcome(confined, "good") == GOOD


@pytest.mark.parametrize("patience", [0.05, 60])
def test_a_crowd_gets_every_good_picture_or_is_told_to_wait(patience: float) -> None:
    confined = Confined(patience, seconds=SECONDS, clock=5 * SECONDS, program=MISBEHAVING)
    deeds = [*QUICK, *["good"] * 10, "hang", *["good"] * 10, *QUICK]
    with ThreadPoolExecutor(8) as pool:
        reached = list(pool.map(lambda deed: outcome(confined, deed), deeds, timeout=60))
    busy = {"busy"} if patience < 1 else set()
    pairs = zip(deeds, reached, strict=True)
    assert not {deed: found for deed, found in pairs if found not in {ENDED.get(deed, GOOD)} | busy}
    assert outcome(confined, "good") == GOOD


def test_a_flood_of_answers_is_not_kept_in_memory(confined: Confined) -> None:
    before = mebibytes(THIS, "VmRSS")
    assert outcome(confined, "flood") == "decoder-ended"
    assert outcome(confined, "huge") == "decoder-ended"
    assert mebibytes(THIS, "VmRSS") - before < 8


def test_deaths_leave_no_file_open_and_no_zombie() -> None:
    confined = Confined(30, seconds=SECONDS, clock=5 * SECONDS, program=MISBEHAVING)
    gc.collect()
    others = set(children())
    files, threads = len(list((THIS / "fd").iterdir())), threading.active_count()
    for deed in ("crash", "exit", "half", "garbage", "linger") * 3:
        outcome(confined, deed)
    assert len(set(children()) - others) <= 1
    del confined
    gc.collect()
    assert not set(children()) - others
    assert len(list((THIS / "fd").iterdir())) == files
    assert threading.active_count() == threads


def test_whatever_interrupts_a_thread_its_answer_goes_to_nobody_else() -> None:
    confined = Confined(30, seconds=5, clock=25, program=MISBEHAVING)

    def interrupt(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    first = told(confined, "whoami")
    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        with pytest.raises(KeyboardInterrupt):
            confined.raster(b"hang", WISH, LIMITS)
    finally:
        signal.signal(signal.SIGALRM, before)
    assert outcome(confined, "good") == GOOD
    assert told(confined, "whoami") != first
