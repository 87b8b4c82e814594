"""A waiting list in memory."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection

from shared.waiting import PAGE


class InMemoryWaitingList:
    """Products with the second in which they began to wait."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.begun: dict[str, float] = {}
        self._clock = clock

    def since(self, product: str) -> float | None:
        return self._clock() - self.begun.setdefault(product, self._clock())

    def page(self, after: str) -> list[str]:
        return [product for product in sorted(self.begun) if product > after][:PAGE]

    def remove(self, products: Collection[str]) -> None:
        for product in products:
            self.begun.pop(product, None)
