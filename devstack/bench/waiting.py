"""The cost of products without a record in 12 hours: `python -m devstack.bench.waiting`.

Before, each event about such a product asks the index and comes again, by the back-off of
`terraform/events.tf`, until the record is there or the event is too old. After, `waits` ends the event, and
the `Reconciler` asks about all products of the list together, every five minutes. Time is simulated, and an
index call about a page takes `PAGE_TAKES` of it; nothing sleeps.
"""

from __future__ import annotations

import heapq
import math
import random
import statistics
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from shared.events import Confirmation
from shared.waiting import PAGE, Reconciler, waits

MAX_EVENT_AGE = 43_200.0
"""Seconds, the setting's default; also how long is simulated."""

EVERY = 300.0
"""Seconds between the clock's messages."""

TICKS = round(MAX_EVENT_AGE / EVERY) + 2
"""The clock's messages: the last record comes at most `EVERY` after the time that is simulated."""

FIRST_PAUSE, LONGEST_PAUSE = 10.0, 600.0
PAGE_TAKES = 0.5
INSTANCES = 3
"""Of the function: each counts only the deliveries that it gets itself."""

WAITING = (100, 10_000, 100_000)
ALLOWED = 600.0
"""Seconds from a record's appearance until another look is asked for."""


def _deliveries() -> Iterator[float]:
    at, pause = 0.0, FIRST_PAUSE
    while at < MAX_EVENT_AGE + LONGEST_PAUSE:
        yield at
        at, pause = at + pause, min(2 * pause, LONGEST_PAUSE)


DELIVERIES = tuple(_deliveries())
"""Seconds after the first at which Pub/Sub delivers an event that always fails."""


@dataclass(frozen=True, slots=True)
class Cost:
    """The cost of some products: deliveries and index calls, and seconds until each record was noticed."""

    deliveries: int
    calls: int
    noticed: Sequence[float]


@dataclass(frozen=True)
class Shop:
    """The time of each product's picture, within the first `EVERY`, and of its record, infinite for never."""

    uploads: Mapping[str, float]
    records: Mapping[str, float]

    @classmethod
    def of(cls, count: int, *, records_come: bool) -> Shop:
        """Products with records that come at a random moment, or never."""
        chance = random.Random(count)  # noqa: S311 a simulation, no secret
        uploads = {f"{number:06}": chance.uniform(0, EVERY) for number in range(count)}
        records = {
            product: at + chance.uniform(0, MAX_EVENT_AGE) if records_come else math.inf
            for product, at in uploads.items()
        }
        return cls(uploads, records)


def before(shop: Shop) -> Cost:
    """Each event by itself, until one finds the record, or is parked for its age."""
    parked = bisect_right(DELIVERIES, MAX_EVENT_AGE)
    made, noticed = 0, []
    for product, uploaded in shop.uploads.items():
        wait = shop.records[product] - uploaded
        last = min(bisect_left(DELIVERIES, wait), parked)
        made += last + 1
        if DELIVERIES[last] >= wait:
            noticed.append(DELIVERIES[last] - wait)
    return Cost(made, made, noticed)


class Safe:
    """A message that is kept at once."""

    def done(self) -> bool:
        """See `Confirmation`."""
        return True

    def wait(self) -> None:
        """See `Confirmation`."""


@dataclass
class Cloud:
    """A waiting list, an index and a topic in memory; see the ports for what each method does."""

    shop: Shop
    now: float = 0.0
    calls: int = 0
    begun: dict[str, float] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    behind: list[str] = field(default_factory=list)
    noticed: dict[str, float] = field(default_factory=dict)

    def since(self, product: str) -> float:
        """See `WaitingList`."""
        return self.now - self.begun.setdefault(product, self.now)

    def page(self, after: str) -> list[str]:
        """See `WaitingList`."""
        if not after:
            self.order = sorted(self.begun)
        behind = islice(self.order, bisect_right(self.order, after), None)
        return list(islice(filter(self.begun.__contains__, behind), PAGE))

    def remove(self, products: Collection[str]) -> None:
        """See `WaitingList`."""
        for product in products:
            del self.begun[product]

    def present(self, products: Sequence[str]) -> list[str]:
        """Those that have a record by now; one call."""
        self.calls += 1
        self.now += PAGE_TAKES
        return [product for product in products if self.shop.records[product] <= self.now]

    def has(self, product: str) -> bool:
        """Return True where the product's record is there."""
        return self.shop.records[product] <= self.now

    def ask(self, bucket: str, name: str, *, retry_refused: bool = False) -> Confirmation:  # noqa: ARG002
        """See `Topic`."""
        self.asked.append(name)
        self.notice(name)
        return Safe()

    def go_on(self, after: str) -> Confirmation:
        """See `ReconcilingTopic`."""
        self.behind.append(after)
        return Safe()

    def notice(self, product: str) -> None:
        """Note how long the record has been there, when that is first known."""
        self.noticed.setdefault(product, self.now - self.shop.records[product])


class Function:
    """Handles what a `Cloud` delivers; `made` counts the deliveries."""

    def __init__(self, cloud: Cloud) -> None:
        self.made = 0
        self._cloud = cloud
        self._reconciler = Reconciler(cloud, cloud.present, str, cloud, "pictures")
        self._chance = random.Random(0)  # noqa: S311 as above

    def reconcile(self) -> None:
        """A message of the clock's, and those that go on with a long list; then the looks asked for."""
        self._run("")
        while self._cloud.behind:
            self._run(self._cloud.behind.pop())
        self.made += len(self._cloud.asked)
        self._cloud.calls += len(self._cloud.asked)
        self._cloud.asked.clear()

    def ends(self, product: str, tries: list[int]) -> bool:
        """Return True for the event's last delivery about a product; `tries` are those of each instance."""
        self.made += 1
        self._cloud.calls += 1
        instance = self._chance.randrange(INSTANCES)
        tries[instance] += 1
        if self._cloud.has(product):
            self._cloud.notice(product)
            return True
        return waits(self._cloud, product, tries[instance])

    def _run(self, after: str) -> None:
        self.made += 1
        self._reconciler.run(after)


def after(shop: Shop) -> Cost:
    """Events that end when their products wait, and a clock that has the list gone through."""
    cloud = Cloud(shop)
    function = Function(cloud)
    pending = [(at, product, [0] * INSTANCES) for product, at in shop.uploads.items()]
    heapq.heapify(pending)
    for tick in range(1, TICKS + 1):
        while pending and pending[0][0] < tick * EVERY:
            cloud.now, product, tries = heapq.heappop(pending)
            if not function.ends(product, tries):
                again = shop.uploads[product] + DELIVERIES[sum(tries)]
                heapq.heappush(pending, (again, product, tries))
        cloud.now = tick * EVERY
        function.reconcile()
    return Cost(function.made, cloud.calls, list(cloud.noticed.values()))


def compared(count: int, *, records_come: bool) -> float:
    """Print one line; returns the longest time that a record was not noticed for, after."""
    shop = Shop.of(count, records_come=records_come)
    was, now = before(shop), after(shop)
    cells = [
        f"{was.deliveries / count:9.1f} {now.deliveries / count:7.2f}",
        f"{was.calls / count:9.1f} {now.calls / count:7.2f}",
        *(f"{_seconds(cost.noticed)}" for cost in (was, now)),
    ]
    kind = "comes" if records_come else "never comes"
    sys.stdout.write(f"  {count:>7,} {kind:<12}{'  '.join(cells)}\n")
    return max(now.noticed, default=0.0)


def _seconds(noticed: Sequence[float]) -> str:
    return f"{statistics.median(noticed):8.0f} {max(noticed):5.0f}" if noticed else f"{'-':>8} {'-':>5}"


def main() -> int:
    """Measure and print; 1 when a record is noticed too late."""
    sys.stdout.write(
        "products without a record, in 12 simulated hours, for each of them: before, each event by itself;\n"
        f"after, together every {EVERY / 60:.0f} minutes\n"
        "                           deliveries         index calls       s until noticed: median, worst\n"
        " products the record      before   after     before   after        before           after\n"
    )
    worst = max(compared(count, records_come=come) for come in (False, True) for count in WAITING)
    met = worst <= ALLOWED
    sys.stdout.write(f"noticed within {worst:.0f} s, allowed {ALLOWED:.0f}: {'met' if met else 'MISSED'}\n")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
