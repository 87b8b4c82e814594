from __future__ import annotations

import gc
import logging
from collections.abc import Iterator
from logging.handlers import BufferingHandler

import pytest

from shared.logs import LOGGER


@pytest.fixture
def no_collector() -> Iterator[None]:
    """Only reference counts free objects: what is kept by a cycle stays, and is seen."""
    gc.disable()
    yield
    gc.enable()


@pytest.fixture
def lines() -> Iterator[list[logging.LogRecord]]:
    """What is logged in this test."""
    kept = BufferingHandler(capacity=1_000)
    LOGGER.addHandler(kept)
    yield kept.buffer
    LOGGER.removeHandler(kept)
