"""A service in trouble is left alone: nobody waits for it but one, now and then, who tries it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from shared.errors import Misconfigured, Permanent, Transient

FAILURES = 3
"""In a row: of calls that fail by chance, one in a hundred, it takes a million to open a breaker."""

PAUSE = 5.0
"""Seconds: a service that is well again is noticed so soon, and a try costs one caller in that time."""

T = TypeVar("T")
Trouble = Transient | Misconfigured


@dataclass(frozen=True, slots=True)
class Down:
    """The reason for no answer; `news` where this opened the breaker, or kept it open after a try."""

    trouble: Trouble
    news: bool = False

    def error(self) -> Trouble:
        """The trouble to raise, a new one each time: a raised one keeps alive what was asked."""
        return _unraised(self.trouble)


class Breaker:
    """Asks a service while that answers; several threads may share one, and none waits for another.

    It opens after `failures` in a row, or the first `Misconfigured`, which no second call mends. Then nothing
    is asked but one question at a time, `pause` seconds of `clock` after the last that failed, until one is
    answered. A `Permanent` failure is an answer, about the question; what is unforeseen says nothing.
    """

    def __init__(
        self, failures: int = FAILURES, pause: float = PAUSE, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most = failures
        self._pause = pause
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._trouble: Trouble | None = None
        self._next_try = 0.0
        self._trying = False

    def ask(self, question: Callable[[], T]) -> T | Down:
        """The answer, or why there is none; raises `Permanent` and what is unforeseen."""
        with self._lock:
            if self._trouble and (self._trying or self._clock() < self._next_try):
                return self._waiting(self._trouble)
            self._trying = tries = self._trouble is not None
        try:
            answer = question()
            self._close()
        except Permanent:
            self._close()
            raise
        except (Transient, Misconfigured) as error:
            return self._failed(_unraised(error), tries=tries)
        finally:
            if tries:
                self._trying = False
        return answer

    def _waiting(self, trouble: Trouble) -> Down:
        if isinstance(trouble, Misconfigured):
            return Down(trouble)
        left = max(self._next_try - self._clock(), 0.0) or None
        return Down(Transient(trouble.reason, str(trouble), retry_after=left))

    def _failed(self, trouble: Trouble, *, tries: bool) -> Down:
        with self._lock:
            self._failures += 1
            was_open = self._trouble is not None
            if was_open or self._failures >= self._most or isinstance(trouble, Misconfigured):
                self._trouble, self._next_try = trouble, self._clock() + self._pause
            return Down(trouble, news=self._trouble is not None and (tries or not was_open))

    def _close(self) -> None:
        with self._lock:
            self._failures, self._trouble = 0, None


def _unraised(trouble: Trouble) -> Trouble:
    if isinstance(trouble, Misconfigured):
        return Misconfigured(trouble.setting, trouble.advice)
    return Transient(trouble.reason, str(trouble), retry_after=trouble.retry_after)
