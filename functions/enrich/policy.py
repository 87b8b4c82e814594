"""The fate of events that did not succeed or were left out; the only place that decides about redelivery."""

from __future__ import annotations

import base64
import hashlib
import json
import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from cachetools import LRUCache
from cloudevents.http import CloudEvent
from flask import abort

from shared.annotation_cache import Refuse
from shared.errors import Failure, Misconfigured, Permanent, Transient
from shared.events import EventBus, Parked
from shared.logs import Line, log
from shared.model import StoredPicture

EVERY = 60.0
"""Seconds between two lines of a process."""


@dataclass(slots=True)
class Attempt:
    """A try at an event: which one it is in this process, and `age` seconds after the first."""

    number: int
    age: float


@dataclass(slots=True)
class Attempts:
    """Counts the tries at each event in this process, the latest ten thousand. Threads share one."""

    clock: Callable[[], float] = time.monotonic
    _first: LRUCache[bytes, tuple[int, float]] = field(default_factory=lambda: LRUCache(10_000))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def next(self, event: bytes) -> Attempt:
        """Count one more try at an event, by all that it says."""
        with self._lock:
            now = self.clock()
            before, begun = self._first.get(event, (0, now))
            self._first[event] = (before + 1, begun)
            return Attempt(before + 1, now - begun)


@dataclass(frozen=True, slots=True)
class Policy:
    """Acknowledge, park or raise.

    `Permanent` is parked, then acknowledged. `Transient` is raised, so that the platform delivers again,
    until `max_age` seconds after the first attempt, when the event is parked too; how long it waited before
    does not count. `Misconfigured` and whatever nobody foresaw are raised: the event lives until the
    deployment is mended or the dead-letter topic takes it.
    """

    bus: Callable[[], EventBus]
    max_age: float
    attempts: Attempts = field(default_factory=Attempts)

    @contextmanager
    def applied_to(self, event: CloudEvent, line: Line) -> Iterator[Attempt]:
        """Run the handling of `event` inside this; the outcome goes into `line`."""
        # Its id alone would tell it from any other if every sender kept to the specification.
        whole = hashlib.sha256(json.dumps(_structured(event), default=str).encode()).digest()
        attempt = self.attempts.next(whole)
        try:
            with self._parking(event, line, too_old=attempt.age > self.max_age):
                yield attempt
        except Transient as error:
            line.add(logging.WARNING, outcome="again", reason=error.reason, detail=str(error))
            raise
        except Misconfigured as error:
            line.add(logging.CRITICAL, outcome="misconfigured", setting=error.setting, detail=error.advice)
            raise
        except Exception as error:
            line.add(logging.CRITICAL, outcome="unforeseen", detail=f"{type(error).__name__}: {error}")
            line.error = error
            raise

    @contextmanager
    def _parking(self, event: CloudEvent, line: Line, *, too_old: bool) -> Iterator[None]:
        try:
            yield
        except Permanent as error:
            self._park(event, error, "handling", line)
        except Transient as error:
            if not too_old:
                raise
            self._park(event, error, "too-old", line)

    def refusing(self, event: CloudEvent) -> Refuse:
        """A callback that parks a picture the recognizer refuses, while the event itself goes on."""

        def refuse(picture: StoredPicture, error: Permanent) -> None:
            about = (picture.name, picture.content_hash)
            self.bus().park(Parked(error.reason, "labeling", str(error), _structured(event), *about))

        return refuse

    def _park(self, event: CloudEvent, error: Failure, stage: str, line: Line) -> None:
        self.bus().park(Parked(error.reason, stage, str(error), _structured(event)))
        line.add(logging.ERROR, outcome="parked", reason=error.reason, stage=stage, detail=str(error))


@contextmanager
def answered() -> Iterator[None]:
    """End the request with a status that makes Pub/Sub deliver again what was not done.

    An exception would do so too, but the framework would log its traceback, each line as one of its own.
    """
    try:
        yield
    except (Transient, Misconfigured):
        abort(503)
    except Exception:  # noqa: BLE001 the outermost boundary; logged whole by then
        abort(500)


def _structured(event: CloudEvent) -> dict[str, Any]:
    """The event as a JSON object, in the structured mode of CloudEvents."""
    data = event.get_data()
    if isinstance(data, bytes):
        return {**event.get_attributes(), "data_base64": base64.b64encode(data).decode()}
    return {**event.get_attributes(), "data": data}


class Tally:
    """Counts events left out by reason, each with the latest example; threads share one."""

    def __init__(self, every: float = EVERY, clock: Callable[[], float] = time.monotonic) -> None:
        self._every = every
        self._clock = clock
        self._due = clock()
        self._counts: Counter[str] = Counter()
        self._examples: dict[str, str] = {}
        self._lock = threading.Lock()

    def add(self, reason: str, example: str) -> None:
        """Count one more."""
        with self._lock:
            self._counts[reason] += 1
            self._examples[reason] = example
        self.tell()

    def tell(self, *, at_once: bool = False) -> None:
        """Write the line if it is due, or at once, and if there is anything to tell; then begin anew."""
        with self._lock:
            if not self._counts or (self._clock() < self._due and not at_once):
                return
            told = {
                reason: {"events": count, "example": self._examples[reason]}
                for reason, count in sorted(self._counts.items())
            }
            self._counts.clear()
            self._due = self._clock() + self._every
        log(logging.INFO, "left out", leftOut=told)
