"""The base of recognizers that ask a vendor: one connection, bounded calls, batches, tidy labels."""

from __future__ import annotations

import random
import threading
import time
from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import Generic, TypeVar

from shared.errors import Failure, FailureReason, Misconfigured, Permanent, Reason, Transient
from shared.imaging import FileLimits, Imaging, Picture
from shared.labeling import Recognizer
from shared.loading import Once
from shared.model import LABEL, Crop, Label, Labels

AT_ONCE = 8
"""Calls at the same time: a product's pictures in one go, and below vendors' quotas."""

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 2.0
"""Seconds before a call is made again; each pause is twice the one before."""

LEAST_LEFT = 0.1
"""Seconds that a call made again must have at least: one that cannot end in time may still be paid for."""

LEAST_TIMEOUT = 0.001
"""Seconds that a call gets at least: libraries take 0 for no limit."""

Problem = Failure | Misconfigured
"""The reason for no labels, before it is known whether others have."""

Client = TypeVar("Client")
Answer = TypeVar("Answer")
"""A vendor's answer about one picture."""

Call = Callable[[Sequence[bytes], float], Sequence[Answer | Problem]]
"""Asks once about a batch of files, in so many seconds; raises `Failure` or `Misconfigured`."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class View:
    """The file that is sent, and where in the shop's picture it lies; None for all of that picture."""

    file: bytes
    box: Crop | None = None


class RemoteRecognizer(Recognizer, Generic[Client, Answer]):
    """A recognizer that asks a vendor.

    It connects at the first picture, once for all threads. Every call ends within `timeout` seconds and is
    made again within them while it fails for one of the reasons in `retried`, unless the vendor says how long
    to wait, or it may not be paid for. A batch that is refused for what is in it is asked again picture by
    picture within the same time, so that one picture cannot spoil the others.
    """

    takes: FileLimits
    batch_pictures = 1
    """Pictures in one call."""
    batch_bytes = 0
    """Bytes of them, where there may be more than one."""
    retried: frozenset[FailureReason]
    timed_out: FailureReason
    """The reason of a call that did not end in time."""

    def __init__(
        self, connect: Callable[[], Client], imaging: Imaging, timeout: float, again: Callable[[], bool]
    ) -> None:
        self._client = Once(connect)
        self._imaging = imaging
        self._timeout = timeout
        self._again = again

    def prepare(self) -> None:
        """See `Recognizer`: imports the vendor's library and connects."""
        self._client()

    def label_many(self, pictures: Sequence[Picture]) -> list[Labels | Failure]:
        """See `Recognizer`."""
        views = self._views(pictures)
        answers = self._ask([view.file if isinstance(view, View) else view for view in views], self._call)
        return sparing_answers(list(map(self._outcome, views, answers)))

    def _views(self, pictures: Sequence[Picture]) -> Sequence[View | Problem]:
        """The files that are sent, or the reasons for none; whole pictures, unless a vendor does more."""
        files = (self._file(picture, self.takes) for picture in pictures)
        return [View(file) if isinstance(file, bytes) else file for file in files]

    @abstractmethod
    def _call(self, files: Sequence[bytes], seconds: float) -> Sequence[Answer | Problem]:
        """Ask once, see `Call`."""

    @abstractmethod
    def _labels(self, answer: Answer, view: View) -> Labels | Problem:
        """An answer in our words."""

    def _file(self, picture: Picture, takes: FileLimits) -> bytes | Failure:
        try:
            return self._imaging.file(picture, takes)
        except Failure as failure:
            return failure

    def _outcome(self, view: View | Problem, answer: Answer | Problem) -> Labels | Problem:
        if isinstance(view, Problem) or isinstance(answer, Problem):
            return view if isinstance(view, Problem) else answer  # type: ignore[return-value] # one of them is
        return self._labels(answer, view)

    def _ask(self, files: Sequence[bytes | Problem], call: Call[Answer]) -> list[Answer | Problem]:
        """Answer each file in its place, where a problem stays as it is."""
        batches = list(self._batches([file for file in files if isinstance(file, bytes)]))
        if len(batches) <= 1:
            answered = [self._answered(call, batch) for batch in batches]
        else:
            with ThreadPoolExecutor(min(len(batches), AT_ONCE), self.name) as threads:
                answered = list(threads.map(partial(self._answered, call), batches))
        pairs = zip(batches, answered, strict=True)
        answers = iter([answer for batch, each in pairs for _, answer in zip(batch, each, strict=True)])
        return [next(answers) if isinstance(file, bytes) else file for file in files]

    def _batches(self, files: Sequence[bytes]) -> Iterator[list[bytes]]:
        batch: list[bytes] = []
        held = 0
        for file in files:
            if batch and (len(batch) == self.batch_pictures or held + len(file) > self.batch_bytes):
                yield batch
                batch, held = [], 0
            batch.append(file)
            held += len(file)
        if batch:
            yield batch

    def _answered(
        self, call: Call[Answer], batch: Sequence[bytes], deadline: float | None = None
    ) -> Sequence[Answer | Problem]:
        try:
            self._client()  # before the clock starts: a library takes seconds to load
        except (Failure, Misconfigured) as problem:
            return [problem] * len(batch)
        until = time.monotonic() + self._timeout if deadline is None else deadline
        try:
            return ending_by(until, partial(self._persist, call, batch, until))
        except TimeoutError:
            return [Transient(self.timed_out, self.timed_out.happened)] * len(batch)
        except Permanent as refused:
            if len(batch) == 1:
                return [refused]
            return [answer for file in batch for answer in self._answered(call, [file], until)]
        except (Failure, Misconfigured) as problem:
            return [problem] * len(batch)

    def _persist(
        self, call: Call[Answer], batch: Sequence[bytes], until: float
    ) -> Sequence[Answer | Problem]:
        pause = FIRST_PAUSE
        while (left := until - time.monotonic()) > 0:
            try:
                return call(batch, max(left, LEAST_TIMEOUT))
            except Transient as failure:
                wait = pause + random.uniform(0, FIRST_PAUSE)  # noqa: S311 - spreads load, hides nothing
                late = time.monotonic() + wait + LEAST_LEFT >= until
                if late or not self._may_pass(failure) or not self._again():
                    raise
            time.sleep(wait)
            pause = min(2 * pause, LONGEST_PAUSE)
        raise TimeoutError

    def _may_pass(self, failure: Transient) -> bool:
        return failure.reason in self.retried and failure.retry_after is None


def sparing_answers(outcomes: Sequence[Labels | Problem]) -> list[Labels | Failure]:
    """Raise what is misconfigured, but not while there are answers beside it: those are paid for.

    Then it is one picture's passing failure; asked again, without those answered, it is raised.
    """
    answered = any(isinstance(outcome, tuple) for outcome in outcomes)
    sparing: list[Labels | Failure] = []
    for outcome in outcomes:
        if not isinstance(outcome, Misconfigured):
            sparing.append(outcome)
        elif answered:
            sparing.append(Transient(Reason.DENIED, str(outcome)))
        else:
            raise outcome
    return sparing


def ending_by(deadline: float, call: Callable[[], T]) -> T:
    """Return what `call` returns, or raise what it raises; `TimeoutError` at `deadline` on `time.monotonic`.

    A library's time-outs are for one read or one connection, so an answer that trickles in outlives them. The
    thread left behind ends with its sockets, or with the process. After the deadline nothing is begun: it
    could be paid for, and nobody would hear of it.
    """
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    future: Future[T] = Future()
    threading.Thread(target=_settle, args=(future, call), daemon=True).start()
    try:
        return future.result(left)
    finally:
        # A failure's traceback leads to this frame: together they would keep the picture alive.
        del future


def _settle(future: Future[T], call: Callable[[], T]) -> None:
    try:
        future.set_result(call())
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is raised where it is waited for
        future.set_exception(error)
    finally:
        del future, call


def tidied(labels: Iterable[Label]) -> Labels:
    """Best first, of equals the plain labels, each name once whatever its case.

    A name that came with a box anywhere keeps it.
    """
    best: dict[str, Label] = {}
    for label in sorted(labels, key=lambda label: (-label.score, label.kind != LABEL)):
        name = label.name.casefold()
        kept = best.setdefault(name, label)
        if kept.box is None and label.box is not None:
            best[name] = replace(kept, box=label.box)
    return tuple(best.values())


def clipped(value: float) -> float:
    """The value, or the nearest in 0..1."""
    return min(1.0, max(0.0, value))


def box(left: float, top: float, right: float, bottom: float) -> Crop | None:
    """The part of a rectangle that lies in the picture, in fractions of it; None where nothing does."""
    left, top, right, bottom = map(clipped, (left, top, right, bottom))
    return Crop(left, top, right - left, bottom - top) if left < right and top < bottom else None
