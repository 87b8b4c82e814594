"""What happens to the index itself: it is rebuilt, restored from an older copy, and backfilled meanwhile."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Mapping
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from typing import Any

from tests.storm.operating import Operator
from tests.storm.shop import Shop

LOST = 0.02
"""Share of the notifications that never arrive."""

SKEW = 3_600.0
"""Seconds by which Pub/Sub's clock is wrong about requests for another look, at most."""

_SHARE = 0.4
"""Of the records that are wiped, or restored."""


@dataclass
class Trouble:
    """Takes its steps as the share of handled events grows; counts the records it wiped and put back."""

    shop: Shop
    operator: Operator
    luck: random.Random
    executor: Executor
    wiped: list[int] = field(default_factory=list)
    restored: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        steps = (self._copy, self._rebuild, self._backfill, self._restore, self._backfill, self._rebuild)
        moments = sorted(self.luck.uniform(0.15, 0.85) for _ in steps)
        self._ahead = deque(zip(moments, steps, strict=True))
        self._kept: Mapping[str, Mapping[str, Any]] = {}
        self._running: list[Future[None]] = []

    @property
    def over(self) -> bool:
        return not self._ahead

    def go_on(self, share: float) -> None:
        """Take the steps that are due when so large a share of the events was handled."""
        while self._ahead and share >= self._ahead[0][0]:
            _, step = self._ahead.popleft()
            step()

    def end(self) -> None:
        """Wait for the backfills that are running."""
        for running in self._running:
            running.result()

    def _copy(self) -> None:
        self._kept = self.shop.index()

    def _rebuild(self) -> None:
        wiped = self._some(self.shop.index())
        self.shop.make_anew(wiped)
        self.wiped.append(len(wiped))

    def _restore(self) -> None:
        restored = self._some(self._kept)
        self.shop.write(map(self._kept.__getitem__, restored))
        self.restored.append(len(restored))

    def _backfill(self) -> None:
        self._running.append(self.executor.submit(self.operator.backfill_meanwhile))

    def _some(self, records: Mapping[str, object]) -> list[str]:
        return self.luck.sample(sorted(records), round(_SHARE * len(records)))
