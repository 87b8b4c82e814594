"""A whole storm on a stack of its own, from the first upload until nothing stirs any more."""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from devstack.delivery.bridge import BridgeOptions
from devstack.stack import LocalStack, StackOptions
from devstack.topology import Redelivery
from tests.storm.aftermath import look_around
from tests.storm.chaos import RECOGNISER_TIMEOUT, Chaos
from tests.storm.options import StormOptions, chance
from tests.storm.plan import Plan, make_plan
from tests.storm.report import Report, counted
from tests.storm.shop import Shop
from tests.storm.verdict import complaints, repeated

LABEL_LEASE = 5.0
"""Longer than a call to Vision takes, as it must be, and short enough for claims of the dead to run out."""

PATIENCE = 180.0
"""Seconds until a storm that does not end is given up."""

_SURPLUS = 1.0
"""Seconds in which an event that nobody sent would show."""


def run(options: StormOptions, run_dir: Path) -> Report:
    """Raise a storm and wait until it is over; logs go to `run_dir`."""
    plan, started = make_plan(options), time.monotonic()
    with LocalStack(_stack_options(options, run_dir)) as stack:
        shop, chaos = Shop(plan, stack.endpoints), Chaos(stack, plan.contents, chance("chaos", options.seed))
        shop.open()
        weather = _Weather(stack, plan, options, started + PATIENCE)
        weather.rage(shop, chaos)
        lost = weather.calm_down()
        after = look_around(stack, shop, chaos)
        rows = {"seed": options.seed, **counted(stack.bridge.counts, plan, chaos, after)}
    rows["seconds"] = round(time.monotonic() - started, 1)
    return Report(rows, repeated(after), [*lost, *complaints(after)])


def _stack_options(options: StormOptions, run_dir: Path) -> StackOptions:
    prefixes = ("VISION", "REKOGNITION", "VISENZE")
    timeouts = {f"{prefix}_TIMEOUT": str(RECOGNISER_TIMEOUT) for prefix in prefixes}
    return StackOptions(
        parts=frozenset({"pubsub", "storage", "algolia", "vision", "enrich", "bridge"}),
        recogniser=options.recogniser,
        model=None,
        vision_answer_ms=200,
        run_dir=run_dir,
        redelivery=Redelivery(attempts=100, minimum_backoff=0.1, maximum_backoff=2.0),
        bridge=BridgeOptions(concurrency=32, copies=(1, 3), disorder=0.3, seed=options.seed),
        threads=16,
        env={"enrich": {"LABEL_LEASE": str(LABEL_LEASE), "LABEL_MIN_SCORE": "0.5", **timeouts}},
    )


@dataclass(frozen=True)
class _Weather:
    """The storm's course: the shop works while things go wrong, and then there is silence."""

    stack: LocalStack
    plan: Plan
    options: StormOptions
    until: float

    def rage(self, shop: Shop, chaos: Chaos) -> None:
        """Strike until the shop is done and the last kill over; each kill waits for its share of events."""
        share = self.plan.events() / (self.options.kills + 1)
        with ThreadPoolExecutor(self.options.clients) as clients:
            working = [
                clients.submit(shop.play, number, self.options.seconds)
                for number in range(self.options.clients)
            ]
            while self._goes_on(working, chaos):
                chaos.strike()
                time.sleep(chaos.luck.uniform(0.7, 1.7))
                if chaos.kills < self.options.kills and self._acknowledged() > share * (chaos.kills + 1):
                    chaos.kill()
            chaos.calm()
            for work in working:
                work.result()

    def calm_down(self) -> list[str]:
        """Wait until every notification was acknowledged; a complaint where some were not or too many."""
        events, bridge = self.plan.events(), self.stack.bridge
        bridge.wait(lambda counts: counts.acknowledged >= events, max(0.0, self.until - time.monotonic()))
        bridge.wait(lambda counts: counts.acknowledged > events, _SURPLUS)
        if self._acknowledged() == events:
            return []
        return [f"of {events} notifications {self._acknowledged()} were acknowledged"]

    def _goes_on(self, working: list[Future[None]], chaos: Chaos) -> bool:
        busy = any(not work.done() for work in working) or chaos.kills < self.options.kills
        return busy and time.monotonic() < self.until

    def _acknowledged(self) -> int:
        return self.stack.bridge.counts.acknowledged
