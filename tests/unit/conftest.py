from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest


@pytest.fixture
def no_collector() -> Iterator[None]:
    """Only reference counts free objects: what is kept by a cycle stays, and is seen."""
    gc.disable()
    yield
    gc.enable()
