from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from shared.wiring import Once


def test_many_threads_make_the_value_once() -> None:
    made: list[int] = []
    barrier = threading.Barrier(8)

    def make() -> int:
        time.sleep(0.01)
        made.append(1)
        return len(made)

    once = Once(make)

    def use(_: int) -> int:
        barrier.wait()
        return once()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(use, range(8))) == {1}


def test_a_failure_is_not_remembered() -> None:
    outcomes = iter([ValueError("down"), None])

    def make() -> str:
        if error := next(outcomes):
            raise error
        return "up"

    once = Once(make)
    with pytest.raises(ValueError, match="down"):
        once()
    assert once() == "up"
