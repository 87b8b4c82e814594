"""What happens to the index itself: it is rebuilt, restored from an older copy, and backfilled meanwhile."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Collection, Mapping
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from typing import Any

from tests.storm.operating import Operator
from tests.storm.shop import Shop

LOST = 0.05
"""Share of the notifications that never arrive."""

SKEW = 3_600.0
"""Seconds by which Pub/Sub's clock is wrong about requests for another look, at most."""

_BEGIN, _END = 0.2, 0.95
"""Between these shares of the events all of it happens: events are in flight all the time."""

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
        steps = (self._copy, self._rebuild, self._backfill, self._rebuild, self.restore, self._backfill)
        width = (_END - _BEGIN) / len(steps)
        moments = [_BEGIN + width * (number + self.luck.random()) for number in range(len(steps))]
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

    def restore(self) -> None:
        """Put back every record that told of other pictures, and some more."""
        now, kept = self.shop.index(), self._kept
        told = {product: (self._listing(kept[product]), self._listing(now[product])) for product in kept}
        outdated = {product for product, (old, new) in told.items() if old and new and old != new}
        restored = outdated.union(self._some(kept))
        self.shop.write(kept[product] for product in sorted(restored))
        self.restored.append(len(restored))

    def _copy(self) -> None:
        self._kept = self.shop.index()

    def _rebuild(self) -> None:
        wiped = self._some(self.shop.index())
        self.shop.make_anew(wiped)
        self.wiped.append(len(wiped))

    def _listing(self, record: Mapping[str, Any]) -> object:
        visual = record.get(self.shop.records.names.visual)
        return visual.get("listing") if isinstance(visual, Mapping) else None

    def _backfill(self) -> None:
        self._running.append(self.executor.submit(self.operator.backfill_meanwhile))

    def _some(self, products: Collection[str]) -> list[str]:
        return self.luck.sample(sorted(products), round(_SHARE * len(products)))
