"""How long the steps of a request took, for whoever asked to know."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_collected: ContextVar[dict[str, float] | None] = ContextVar("collected", default=None)


@contextmanager
def collected() -> Iterator[dict[str, float]]:
    """The milliseconds of each `step` inside the block, by name, as far as they ended."""
    steps: dict[str, float] = {}
    token = _collected.set(steps)
    try:
        yield steps
    finally:
        _collected.reset(token)


@contextmanager
def step(name: str) -> Iterator[None]:
    """Measure the block; costs nothing where nobody collects."""
    started = time.perf_counter()
    try:
        yield
    finally:
        steps = _collected.get()
        if steps is not None:
            steps[name] = steps.get(name, 0.0) + 1_000 * (time.perf_counter() - started)
