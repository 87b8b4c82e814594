"""The looks of photos seen a moment ago: a photo sent twice is looked at once."""

from __future__ import annotations

import hashlib
import threading
import time
from array import array
from collections.abc import Callable
from concurrent.futures import Future, wait
from dataclasses import replace
from functools import partial
from typing import NamedTuple, Self

from cachetools import TTLCache

from shared.errors import Reason, Transient
from shared.model import Appearance, Crop, SeenPhoto

_Key = tuple[bytes, Crop | None]

Ask = Callable[[bytes, Crop | None], Appearance]
"""Looks at a photo, or the crop of it."""


class _Kept(NamedTuple):
    """A look whose vector takes 2 kB: as 256 Python floats it would be four times as much."""

    seen: Appearance
    vector: array[float] | None

    @classmethod
    def of(cls, look: Appearance) -> Self:
        return cls(replace(look, vector=None), None if look.vector is None else array("d", look.vector))

    def look(self) -> Appearance:
        return replace(self.seen, vector=None if self.vector is None else tuple(self.vector))


class PhotoCache:
    """Looks at each photo and crop once, however many want to know at the same time or soon after.

    At most `entries` answers are kept, for `max_age` seconds of `clock`; they are looks under a hash of the
    photo, never its bytes. A failure is shared with those who wait for the same answer, and then forgotten;
    so is a look that the recognizer had no say in, which is soon to have one.
    `patience` is how many seconds they wait. Several threads may share one.
    """

    def __init__(
        self,
        *,
        entries: int = 1_000,
        max_age: float = 600.0,
        patience: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if entries < 1:
            raise ValueError(f"at least one answer must be kept, got {entries!r}; max_age=0 keeps none")
        self._patience = patience
        self._recent: TTLCache[_Key, _Kept] = TTLCache(entries, max_age, timer=clock)
        self._in_flight: dict[_Key, Future[Appearance]] = {}
        self._lock = threading.Lock()

    def look(self, photo: bytes, crop: Crop | None, ask: Ask) -> SeenPhoto:
        """Answer from memory, with whoever is asking, or by asking.

        Raises what the question raised, and `Transient` when somebody else's takes longer than `patience`.
        """
        key = (hashlib.sha256(photo).digest(), crop)
        look = self._without_asking(key)
        if look is not None:
            return SeenPhoto(look, remembered=True)
        return SeenPhoto(self._asking(key, partial(ask, photo, crop)), remembered=False)

    def _without_asking(self, key: _Key) -> Appearance | None:
        """The answer, known or waited for; None gives the caller the duty to ask."""
        with self._lock:
            if (known := self._recent.get(key)) is not None:
                return known.look()
            if (flight := self._in_flight.get(key)) is None:
                self._in_flight[key] = Future()
                return None
        try:
            if not wait([flight], self._patience).done:
                raise Transient(Reason.BUSY, "somebody else's question about the same photo takes too long")
            return flight.result()
        finally:
            # A failure's traceback leads to this frame: together they would keep the photo alive.
            del flight

    def _asking(self, key: _Key, ask: Callable[[], Appearance]) -> Appearance:
        try:
            look = ask()
            if not look.unlabeled:
                with self._lock:
                    self._recent[key] = _Kept.of(look)
        except BaseException as error:
            self._landed(key).set_exception(error)
            raise
        self._landed(key).set_result(look)
        return look

    def _landed(self, key: _Key) -> Future[Appearance]:
        with self._lock:
            return self._in_flight.pop(key)
