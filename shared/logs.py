"""One JSON line per log entry, in the shape Cloud Logging reads from standard output."""

from __future__ import annotations

import json
import logging
import sys
from typing import Any

LOGGER = logging.getLogger("visual-search")


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
    LOGGER.log(level, message, exc_info=error, extra={"fields": fields})
