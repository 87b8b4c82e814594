"""Decoding in a child process, where a picture that crashes, hangs or bloats its decoder costs only itself.

The child has no environment and so no secret, at most `MEMORY_BYTES` of address space, and for each picture a
time of processor and of clock. It is started with the first picture that needs it, and again after it died.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import astuple
from signal import SIGKILL, SIGPROF
from subprocess import DEVNULL, PIPE, Popen
from typing import Any

from PIL import Image

from shared.errors import Failure, Permanent, Transient
from shared.imaging import Limits
from shared.imaging.decoding import Wish
from shared.imaging.formats import name_of
from shared.imaging.memory import MemoryBudget
from shared.logs import log

MEMORY_BYTES = 512 * 1024 * 1024
"""Of the child's address space: 12 megapixels of any format take at most 300 MiB of it, 24 of HEIC 430."""

CLOCK_SECONDS = 10.0
"""After which a child that no longer uses the processor is ended."""


class Confined:
    """Decodes pictures one at a time in a child process; thread-safe.

    Each may use `seconds` of the processor; who waits for longer than `patience` seconds is turned away.
    """

    def __init__(self, seconds: float, patience: float, memory: int = MEMORY_BYTES) -> None:
        self._seconds = seconds
        self._turn = MemoryBudget(1, patience)
        self._memory = memory
        self._child: Popen[bytes] | None = None

    def raster(self, content: bytes, wish: Wish, limits: Limits) -> tuple[Image.Image, float]:
        """The picture as wished, and the share of it that was there.

        Raises `Permanent`, and `Transient("busy")` for want of a turn.
        """
        asked = {
            "bytes": len(content),
            "side": wish.side,
            "crop": astuple(wish.crop) if wish.crop else None,
            "limits": astuple(limits),
            "seconds": self._seconds,
        }
        with self._turn.held(1):
            told, pixels = self._ask(json.dumps(asked).encode() + b"\n", content)
        if reason := told.get("reason"):
            raise _too_costly(content, "memory") if reason == "memory" else Permanent(reason, told["message"])
        width, height = told["size"]
        return Image.frombytes("RGB", (width, height), pixels), float(told["shown"])

    def _ask(self, line: bytes, content: bytes) -> tuple[dict[str, Any], bytes]:
        child = self._running()
        try:
            with _killed_after(CLOCK_SECONDS, child):
                return _exchange(child, line, content)
        except (OSError, EOFError, ValueError):
            self._child = None
            status = _end(child)
        log(logging.WARNING, "decoder ended", status=status, format=name_of(content))
        raise _cause(status, content)

    def _running(self) -> Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self._child = Popen(  # noqa: S603 our own program
                [sys.executable, "-m", "shared.imaging.child", str(self._memory)],
                stdin=PIPE,
                stdout=PIPE,
                stderr=DEVNULL,
                env={"PYTHONPATH": os.pathsep.join(path or os.curdir for path in sys.path)},
            )
            weakref.finalize(self, _end, self._child)
        return self._child


def _end(child: Popen[bytes]) -> int:
    """End it if it still runs; returns how it ended, see `Popen.returncode`."""
    child.kill()
    status = child.wait()
    for pipe in (child.stdin, child.stdout):
        if pipe:
            with suppress(OSError):
                pipe.close()
    return status


def _exchange(child: Popen[bytes], line: bytes, content: bytes) -> tuple[dict[str, Any], bytes]:
    if child.stdin is None or child.stdout is None:
        raise EOFError
    child.stdin.write(line)
    child.stdin.write(content)
    child.stdin.flush()
    told: dict[str, Any] = json.loads(child.stdout.readline() or b"null") or {}
    pixels = child.stdout.read(told["bytes"]) if told else b""
    if not told or len(pixels) != told["bytes"]:
        raise EOFError
    return told, pixels


@contextmanager
def _killed_after(seconds: float, child: Popen[bytes]) -> Iterator[None]:
    clock = threading.Timer(seconds, child.kill)
    clock.daemon = True
    clock.start()
    try:
        yield
    finally:
        clock.cancel()


def _cause(status: int, content: bytes) -> Failure:
    """Whose fault it is that the child ended with this status."""
    if status == -SIGPROF:
        return _too_costly(content, "time")
    if status < 0 and status != -SIGKILL:
        return Permanent("bad-picture", f"the picture is damaged: it crashes a decoder of {name_of(content)}")
    return Transient("decoder-ended", "the decoder ended before it had read the picture", retry_after=1.0)


def _too_costly(content: bytes, what: str) -> Permanent:
    return Permanent(
        "too-costly",
        f"decoding this {name_of(content)} takes too much {what}; send a JPEG, or a smaller picture",
    )
