"""Loading while somebody waits: values made at their first use, and large libraries imported quickly."""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

T_co = TypeVar("T_co", covariant=True)


class Once(Generic[T_co]):
    """A value made at its first use, once for all threads; a failure is not remembered."""

    def __init__(self, make: Callable[[], T_co]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._made: list[T_co] = []

    def __call__(self) -> T_co:
        """The value."""
        with self._lock:
            if not self._made:
                self._made.append(self._make())
            return self._made[0]


@contextmanager
def importing(*, without: str = "") -> Iterator[None]:
    """Import the block's modules as if the library `without` were not installed, unless it is loaded already.

    Google's libraries import aiohttp wherever they find it, for transports that nobody uses here: a fifth of
    a cold start (`python -m devstack.bench.searching` measures it). What imports make lives as long as the
    process, so collecting garbage meanwhile, or ever looking through it again, is in vain.
    """
    hidden = bool(without) and without not in sys.modules
    if hidden:
        sys.modules[without] = None  # type: ignore[assignment] # what makes an import fail, see sys.modules
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
        if hidden:
            del sys.modules[without]
