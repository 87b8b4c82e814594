"""Run as a program: a decoder that does what the "picture" says, in place of `shared.imaging.child`."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping

PIXEL = {"size": [1, 1], "shown": 1.0}


def answer(told: object, pixels: bytes = b"") -> None:
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n" + pixels)
    sys.stdout.buffer.flush()


def die(number: signal.Signals) -> None:
    os.kill(os.getpid(), number)


def flood() -> None:
    while True:
        sys.stdout.buffer.write(bytes(1_000_000))


def half() -> None:
    answer({"size": [10, 10], "shown": 1.0}, b"half")
    sys.exit()


def crash_once_used() -> None:
    if answered:
        die(signal.SIGSEGV)
    answer(PIXEL, b"RGB")


def linger() -> None:
    """Answer, and die before the next question."""
    answer(PIXEL, b"RGB")
    die(signal.SIGKILL)


DEEDS: Mapping[bytes, Callable[[], object]] = {
    b"good": lambda: answer(PIXEL, b"RGB"),
    b"whoami": lambda: answer({"reason": "bad-picture", "message": str(os.getpid())}),
    b"crash": lambda: die(signal.SIGSEGV),
    b"abort": os.abort,
    b"burn": lambda: die(signal.SIGPROF),
    b"killed": lambda: die(signal.SIGKILL),
    b"exit": lambda: sys.exit(0),
    b"hang": lambda: time.sleep(3600),
    b"stop": lambda: die(signal.SIGSTOP),
    b"flood": flood,
    b"half": half,
    b"crash once used": crash_once_used,
    b"linger": linger,
    b"memory": lambda: answer({"reason": "memory"}),
    b"garbage": lambda: answer([[["?"]]]),
    b"deep garbage": lambda: sys.stdout.buffer.write(b"[" * 16_000 + b"\n") and sys.stdout.buffer.flush(),
    b"huge": lambda: answer({"size": [10**9, 10**9], "shown": 1.0}),
    b"negative": lambda: answer({"size": [-1, -1], "shown": 1.0}),
    b"sizeless": lambda: answer({"shown": 1.0}),
    b"endless size": lambda: answer({"size": [float("inf"), 1], "shown": 1.0}),
    b"no reason": lambda: answer({"reason": "because", "message": "of that"}),
}

answered = 0

if __name__ == "__main__":
    while line := sys.stdin.buffer.readline():
        DEEDS[sys.stdin.buffer.read(json.loads(line)["bytes"])]()
        answered += 1
