"""What recognisers share that are asked about one picture at a time."""

from __future__ import annotations

import threading
import time
from abc import abstractmethod
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from shared.errors import Failure, Misconfigured, Transient
from shared.imaging import FileLimits, Imaging, Picture
from shared.labeling import Labeler
from shared.model import Labels

AT_ONCE = 8
"""Pictures asked about at the same time: a product's in one go, and below vendors' quotas."""

Outcome = Labels | Failure | Misconfigured
_Answer = TypeVar("_Answer")


class OneByOne(Labeler):
    """A recogniser whose vendor has no batch: each picture is a call of its own, several at once."""

    takes: FileLimits

    def __init__(self, imaging: Imaging) -> None:
        self._imaging = imaging

    def label_many(self, pictures: Sequence[Picture]) -> list[Labels | Failure]:
        """See `Labeler`."""
        if len(pictures) <= 1:
            return sparing_answers([self._outcome(picture) for picture in pictures])
        with ThreadPoolExecutor(min(len(pictures), AT_ONCE), self.name) as threads:
            return sparing_answers(list(threads.map(self._outcome, pictures)))

    @abstractmethod
    def _look(self, file: bytes) -> Labels:
        """Label a file; raises `Failure` or `Misconfigured`, and ends by a deadline of its own."""

    def _outcome(self, picture: Picture) -> Outcome:
        try:
            return self._look(self._imaging.file(picture, self.takes))
        except (Failure, Misconfigured) as failure:
            return failure


def sparing_answers(outcomes: Sequence[Outcome]) -> list[Labels | Failure]:
    """Raise what is misconfigured, but not while there are answers beside it: those are paid for.

    Then it is one picture's passing failure; asked again, without those answered, it is raised.
    """
    answered = any(isinstance(outcome, tuple) for outcome in outcomes)
    sparing: list[Labels | Failure] = []
    for outcome in outcomes:
        if isinstance(outcome, Misconfigured) and not answered:
            raise outcome
        sparing.append(Transient("denied", str(outcome)) if isinstance(outcome, Misconfigured) else outcome)
    return sparing


def ending_by(deadline: float, call: Callable[[], _Answer]) -> _Answer:
    """Return what `call` returns, or raise what it raises; `TimeoutError` at `deadline` on `time.monotonic`.

    A library's time-outs are for one read or one connection, so an answer that trickles in outlives them. The
    thread left behind ends with its sockets, or with the process.
    """
    future: Future[_Answer] = Future()
    threading.Thread(target=_settle, args=(future, call), daemon=True).start()
    return future.result(max(deadline - time.monotonic(), 0.0))


def _settle(future: Future[_Answer], call: Callable[[], _Answer]) -> None:
    try:
        future.set_result(call())
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is raised where it is waited for
        future.set_exception(error)
