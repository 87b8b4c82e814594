"""Log lines, one of JSON for each event as Cloud Logging reads them, and the times of a request's steps."""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from shared.errors import Misconfigured

LOGGER = logging.getLogger("visual-search")
TRACE, LABELS = "logging.googleapis.com/trace", "logging.googleapis.com/labels"
"""Cloud Logging's fields ("Structured logging") that join lines to a request's trace, and to one another."""

EXECUTION_ID = "Function-Execution-Id"
"""The header by which the functions framework names a request."""

_times: ContextVar[dict[str, float] | None] = ContextVar("times", default=None)


class _JsonLines(logging.Formatter):
    """`severity` and `message` are Cloud Logging's field names; everything else is searchable payload."""

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, Any] = {"severity": record.levelname, "message": record.getMessage()}
        entry |= getattr(record, "fields", {})
        if record.exc_info:
            entry["stack_trace"] = self.formatException(record.exc_info)
        return json.dumps(entry, default=str, ensure_ascii=False)


def setup(level: int = logging.INFO) -> None:
    """Send our own lines to standard output; other libraries' loggers stay as the platform set them."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(_JsonLines())
    LOGGER.handlers[:] = [handler]
    LOGGER.setLevel(level)
    LOGGER.propagate = False


def log(level: int, message: str, *, error: BaseException | None = None, **fields: object) -> None:
    """Write one line: an event's name, and fields that never hold picture bytes, keys or full URLs."""
    _write(level, message, fields, error)


def _write(
    level: int, message: str, fields: Mapping[str, object], error: BaseException | None = None
) -> None:
    LOGGER.log(level, message, exc_info=error, extra={"fields": fields})


@dataclass(slots=True)
class Line:
    """A log line in the making; `error` is one whose traceback belongs into it."""

    level: int = logging.INFO
    fields: dict[str, object] = field(default_factory=dict)
    error: BaseException | None = None

    def add(self, level: int | None = None, /, **fields: object) -> None:
        """Say more, and how grave it is."""
        self.level = self.level if level is None else level
        self.fields |= fields


@contextmanager
def line(message: str, **fields: object) -> Iterator[Line]:
    """Write one line when the block ends, however it ends, with the milliseconds it took."""
    start, written = time.perf_counter(), Line(fields=dict(fields))
    try:
        yield written
    finally:
        took = {"ms": round(1000 * (time.perf_counter() - start))}
        _write(written.level, message, written.fields | took, written.error)


@contextmanager
def told_if_misconfigured() -> Iterator[None]:
    """Write one line where a setting is wrong, and end the process: it can do nothing so."""
    try:
        yield
    except Misconfigured as error:
        log(logging.CRITICAL, "misconfigured", setting=error.setting, detail=error.advice)
        raise SystemExit(1) from None


def context(traceparent: str, execution_id: str, project: str) -> dict[str, Any]:
    """The fields that join a line to the trace (W3C Trace Context) and to the execution of its request."""
    parts = traceparent.split("-")
    traced = {TRACE: f"projects/{project}/traces/{parts[1]}"} if len(parts) == 4 and project else {}  # noqa: PLR2004
    return {**traced, **({LABELS: {"execution_id": execution_id}} if execution_id else {})}


@contextmanager
def step_times() -> Iterator[dict[str, float]]:
    """The milliseconds of each `step` inside the block, by name, as far as they ended."""
    steps: dict[str, float] = {}
    token = _times.set(steps)
    try:
        yield steps
    finally:
        _times.reset(token)


@contextmanager
def step(name: str) -> Iterator[None]:
    """Measure the block; costs nothing where nobody asked."""
    started = time.perf_counter()
    try:
        yield
    finally:
        steps = _times.get()
        if steps is not None:
            steps[name] = steps.get(name, 0.0) + 1_000 * (time.perf_counter() - started)
