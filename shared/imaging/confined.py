"""Decoding in a child process, where a picture that crashes, hangs or bloats its decoder costs only itself.

The child has no environment and so no secret, at most `MEMORY_BYTES` of address space, and for each picture a
time of processor and of clock. It is started with the first picture that needs it, and again after it died.
Nothing it says is believed: an answer is read up to the size it may have, and what is no answer ends it.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import threading
import time
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import astuple
from signal import SIGALRM, SIGKILL, SIGPROF
from subprocess import DEVNULL, PIPE, Popen
from typing import NamedTuple

from PIL import Image

from shared.errors import Failure, Permanent, Reason, Transient
from shared.imaging import DECODING_CLOCK, DECODING_SECONDS, Limits, format_name
from shared.imaging.decoding import Wish
from shared.logs import log
from shared.memory import MemoryBudget

MEMORY_BYTES = 512 * 1024 * 1024
"""Of the child's address space: 12 megapixels of any format take at most 300 MiB of it, 24 of HEIC 430."""

PROGRAM = (sys.executable, "-m", "shared.imaging.child")

_VARIABLES = ("LD_LIBRARY_PATH", "PYTHONHOME")
"""The variables that Python may need in order to start where a platform has moved it."""

_MAX_LINE = 16_384
_REASONS = frozenset(
    {
        Reason.TOO_MANY_PIXELS,
        Reason.TOO_MANY_FRAMES,
        Reason.TOO_COSTLY,
        Reason.UNSUPPORTED_FORMAT,
        Reason.BAD_PICTURE,
        Reason.BAD_CROP,
    }
)
_MEMORY, _TIME, _CRASHED, _HUNG, _ENDED = "memory", "time", "crashed", "hung", "ended"
_DOUBTFUL = frozenset({_MEMORY, _CRASHED, _ENDED})
"""Failures that may be the fault of a picture before, so that a fresh child is asked again."""


class _Answer(NamedTuple):
    """The outcome of a picture: its pixels, the reason of a `Permanent`, or one of the names above."""

    image: Image.Image | None = None
    shown: float = 1.0
    reason: str = ""
    message: str = ""


class Confined:
    """Decodes pictures one at a time in a child process; thread-safe.

    Each may use `seconds` of the processor and `clock` seconds in all; who waits for longer than `patience`
    seconds is turned away. `program` is started with the bytes of memory as its argument.
    """

    def __init__(
        self,
        patience: float,
        *,
        seconds: float = DECODING_SECONDS,
        clock: float = DECODING_CLOCK,
        memory: int = MEMORY_BYTES,
        program: Sequence[str] = PROGRAM,
    ) -> None:
        self._seconds, self._clock = seconds, clock
        self._turn = MemoryBudget(1, patience)
        self._command = [*program, str(memory)]
        self._idle: list[Popen[bytes]] = []
        weakref.finalize(self, _end_all, self._idle)

    def raster(self, content: bytes, wish: Wish, limits: Limits) -> tuple[Image.Image, float]:
        """The picture as wished, and the share of it that was there.

        Raises `Permanent`, `Transient("busy")` for want of a turn, and `Transient("decoder-ended")`.
        """
        with self._turn.held(1):
            start, used = time.monotonic(), self._used()
            answer = self._ask(used or self._fresh(), content, wish, limits, self._seconds)
            left = self._seconds - (time.monotonic() - start)
            if used and answer.reason in _DOUBTFUL and left > self._seconds / 2:
                answer = self._ask(self._fresh(), content, wish, limits, left)
        if answer.image is None:
            raise _failure(answer, content)
        return answer.image, answer.shown

    def _ask(
        self, child: Popen[bytes], content: bytes, wish: Wish, limits: Limits, seconds: float
    ) -> _Answer:
        """Only a child that has answered, and so has nothing left to say, is kept for the next picture."""
        asked = {
            "bytes": len(content),
            "side": wish.side,
            "crop": astuple(wish.crop),
            "limits": astuple(limits),
            "seconds": seconds,
            "clock": self._clock,
        }
        is_done = False
        try:
            with _killed_after(self._clock, child) as struck:
                answer = _exchange(child, json.dumps(asked).encode() + b"\n", content, wish.side)
            is_done = not struck.is_set() and answer.reason != _MEMORY
        except (OSError, EOFError, ValueError):
            reason = _HUNG if struck.is_set() else _cause(_end(child))
            status, name = child.returncode, format_name(content)
            log(logging.WARNING, "decoder ended", reason=reason, status=status, format=name)
            return _Answer(reason=reason)
        else:
            return answer
        finally:
            if is_done:
                self._idle.append(child)
            else:
                _end(child)

    def _used(self) -> Popen[bytes] | None:
        """The child that has answered before, unless it died since; in a forked process it is another's."""
        child = self._idle.pop() if self._idle else None
        if child is None or child.poll() is None:
            return child
        _end(child)
        return None

    def _fresh(self) -> Popen[bytes]:
        kept = {name: os.environ[name] for name in _VARIABLES if name in os.environ}
        path = os.pathsep.join(folder or os.curdir for folder in sys.path)
        environment = {**kept, "PYTHONPATH": path}
        try:
            return Popen(  # noqa: S603 our own program
                self._command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=environment
            )
        except OSError as error:
            message = f"no decoder can be started: {error}"
            raise Transient(Reason.DECODER_ENDED, message, retry_after=1.0) from error


def _end_all(children: Sequence[Popen[bytes]]) -> None:
    for child in children:
        _end(child)


def _end(child: Popen[bytes]) -> int:
    """End it if it still runs; returns how it ended, see `Popen.returncode`."""
    child.kill()
    status = child.wait()
    for pipe in (child.stdin, child.stdout):
        if pipe:
            with suppress(OSError):
                pipe.close()
    return status


def _exchange(child: Popen[bytes], line: bytes, content: bytes, side: int) -> _Answer:
    """Raises `OSError`, `EOFError` or `ValueError` where no whole answer comes."""
    if child.stdin is None or child.stdout is None:
        raise EOFError
    child.stdin.write(line)
    child.stdin.write(content)
    child.stdin.flush()
    try:
        told = json.loads(child.stdout.readline(_MAX_LINE))
        if reason := told.get("reason"):
            if reason not in _REASONS | {_MEMORY}:
                raise ValueError(reason)
            return _Answer(reason=reason, message=str(told.get("message")))
        width, height = (int(each) for each in told["size"])
        shown = float(told["shown"])
    except (AttributeError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise ValueError("this is no answer") from error
    if not (0 < width <= side and 0 < height <= side):
        raise ValueError("this is no size that was asked for")
    pixels = child.stdout.read(3 * width * height)
    return _Answer(Image.frombytes("RGB", (width, height), pixels), shown)


@contextmanager
def _killed_after(seconds: float, child: Popen[bytes]) -> Iterator[threading.Event]:
    """Yields what is set when the child has been killed; afterwards it will no longer be."""
    struck = threading.Event()

    def strike() -> None:
        struck.set()
        child.kill()

    clock = threading.Timer(seconds, strike)
    clock.daemon = True
    clock.start()
    try:
        yield struck
    finally:
        clock.cancel()
        clock.join()


def _cause(status: int) -> str:
    """The cause of the end of a child that ended with this status, by itself."""
    named = {-SIGPROF: _TIME, -SIGALRM: _HUNG, -SIGKILL: _ENDED}
    return named.get(status, _CRASHED if status < 0 else _ENDED)


def _failure(answer: _Answer, content: bytes) -> Failure:
    name = format_name(content)
    if answer.reason in {_TIME, _MEMORY}:
        return Permanent(
            Reason.TOO_COSTLY,
            f"decoding this {name} takes too much {answer.reason}; send a JPEG, or a smaller picture",
        )
    if answer.reason == _CRASHED:
        return Permanent(Reason.BAD_PICTURE, f"the picture is damaged: it crashes a decoder of {name}")
    if answer.reason in {_HUNG, _ENDED}:
        message = "the decoder ended before it had read the picture"
        return Transient(Reason.DECODER_ENDED, message, retry_after=1.0)
    return Permanent(Reason(answer.reason), answer.message)
