"""Waiting for strangers: for a body to come, an answer to be taken in, a connection to be closed.

The server's own waiting has no end (a body, an answer) or is done by the thread that all others depend on
(a connection that is closed). Here each has a deadline, and only so many are waited for: of more, the slowest
gives way. One thread of its own looks after all of them.
"""

from __future__ import annotations

import math
import os
import socket as sockets
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from heapq import nsmallest
from typing import Literal

PIECE = 32_768
PIECE_SECONDS = 4.0
"""The least rate of a body: so many bytes, or what is left of it, in so many seconds."""

LARGEST_PIECE, AT_ONCE = 131_072, 0.05
"""The bytes of a piece after others that came within so many seconds, and it has as much longer to come."""

BODY_SECONDS = 30.0
"""The longest that a body may take, whatever its rate."""

ANSWER_SECONDS = 10.0
"""The longest that an answer may take to go out."""

ANSWER_GRACE = 0.25
"""Seconds in which nobody else's arrival ends an answer: it is paid for, and most are out in milliseconds."""

FAREWELL_SECONDS, FAREWELL_BYTES = 5.0, 40_000_000
"""The longest, and the most, that is taken in of a body nobody wants, so that its sender reads why."""

_FAREWELLS = 64
_AT_A_LOOK = 4_000_000
_LOOKS = 0.05

Ended = Literal["", "slow", "crowded"]


@dataclass(eq=False, slots=True)
class Stranger:
    """The other side of a connection, sending or reading; shutting down the `half` ends a thread's waiting.

    For as many seconds as its `grace` it gives way to nobody, and nobody to it. `moved` is the number of
    bytes that have come, `due` when the present wait has to be over, `since` when it began; `thread` waits.
    """

    socket: sockets.socket
    half: int
    began: float
    grace: float = 0.0
    moved: int = 0
    due: float = math.inf
    since: float = 0.0
    ended: Ended = ""
    thread: int = field(default_factory=threading.get_ident)

    def pace(self, now: float) -> float:
        """Bytes per second, at best: the next piece may be nearly there."""
        return (self.moved + PIECE) / max(now - self.began, 1e-9)

    def end(self, why: Ended) -> None:
        """Wait no more: a read returns what there is, a write fails as if the other side had hung up."""
        self.ended = why
        with suppress(OSError):
            self.socket.shutdown(self.half)


@dataclass(eq=False, slots=True)
class _Farewell:
    """The end of a connection: all is said, and what still comes is thrown away.

    A `deaf` one, whose reading side is shut down, does not tell whether the other side has hung up.
    """

    socket: sockets.socket
    due: float
    deaf: bool
    left: int = FAREWELL_BYTES

    def goes_on(self, now: float) -> bool:
        """Throw away what is there; False once the other side has hung up, or its time or bytes are over."""
        least = max(0, self.left - _AT_A_LOOK)
        try:
            while self.left > least and (data := self.socket.recv(65_536)):
                self.left -= len(data)
            hung_up = self.left > least and not self.deaf
        except BlockingIOError:
            hung_up = False
        except OSError:
            hung_up = True
        return not hung_up and self.left > 0 and now < self.due


@dataclass(slots=True)
class Strangers:
    """All that threads wait for at present; of more than `most`, the slowest is waited for no longer."""

    most: int
    _waited: set[Stranger] = field(default_factory=set, init=False)
    _farewells: list[_Farewell] = field(default_factory=list, init=False)
    _changed: threading.Condition = field(default_factory=threading.Condition, init=False)
    _watch: threading.Thread | None = field(default=None, init=False)

    @contextmanager
    def waiting(self, stranger: Stranger, due: float) -> Iterator[None]:
        """Wait for it in the block, until `due` on `time.monotonic` at the latest; then `ended` says why."""
        with self._changed:
            stranger.since, stranger.due = time.monotonic(), due
            self._waited.add(stranger)
            self._make_room()
            self._wake()
        try:
            yield
        finally:
            with self._changed:
                self._waited.discard(stranger)

    def _make_room(self) -> None:
        now = time.monotonic()
        present = [each for each in self._waited if not each.ended and now - each.began >= each.grace]
        for each in nsmallest(len(present) - self.most, present, key=lambda each: each.pace(now)):
            each.end("crowded")

    def give_up_holder(self, held: Mapping[int, int]) -> None:
        """End whose thread holds most memory, of the senders that let it wait; see `MemoryBudget`.

        Who sends quickly is spared: its memory will be free soon.
        """
        with self._changed:
            since = time.monotonic() - AT_ONCE
            slow = [each for each in self._waited if each.since < since and not each.ended]
            most = max(slow, key=lambda each: held.get(each.thread, 0), default=None)
            if most and held.get(most.thread):
                most.end("crowded")

    def bid_farewell(self, socket: sockets.socket, *, deaf: bool) -> None:
        """Close a connection on which all is said, without waiting for the other side here or in the server.

        The server goes on with a socket whose other side has hung up already: its own way to close one keeps
        its main thread for two seconds where a client leaves its side open. Linux resets a connection of
        which both sides are shut down when something comes, so a `deaf` one is not told that this was all.
        """
        with suppress(OSError):
            kept = socket.dup()
            kept.settimeout(0)
            gone, other = sockets.socketpair()
            with gone, other:
                os.dup2(gone.fileno(), socket.fileno(), inheritable=False)
            if not deaf:
                with suppress(OSError):
                    kept.shutdown(sockets.SHUT_WR)
            self._keep(_Farewell(kept, time.monotonic() + FAREWELL_SECONDS, deaf))

    def _keep(self, farewell: _Farewell) -> None:
        with self._changed:
            self._farewells.append(farewell)
            for oldest in self._farewells[:-_FAREWELLS]:
                oldest.due = 0
            self._wake()

    def _wake(self) -> None:
        """Start the watch in the process that serves, which is not the one that loads."""
        if self._watch is None:
            self._watch = threading.Thread(target=self._look_after, name="strangers", daemon=True)
            self._watch.start()
        self._changed.notify()

    def _look_after(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waited or self._farewells)
                now, farewells = time.monotonic(), list(self._farewells)
                for late in [each for each in self._waited if now > each.due and not each.ended]:
                    late.end("slow")
            self._take_leave([each for each in farewells if not each.goes_on(now)])
            time.sleep(_LOOKS)

    def _take_leave(self, over: Sequence[_Farewell]) -> None:
        with self._changed:
            for farewell in over:
                self._farewells.remove(farewell)
                farewell.socket.close()
