"""Importing large libraries while somebody waits for the first answer of a new process."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def importing(*, without: str) -> Iterator[None]:
    """Import the block's modules as if the library `without` were not installed, unless it is loaded already.

    Google's libraries import aiohttp wherever they find it, for transports that nobody uses here: a fifth of
    a cold start (`python -m devstack.bench.searching` measures it). What imports make lives as long as the
    process, so collecting garbage meanwhile, or ever looking through it again, is in vain.
    """
    hidden = without not in sys.modules
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
