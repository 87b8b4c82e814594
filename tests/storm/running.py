"""A whole storm on a stack of its own, from the first upload until nothing stirs any more."""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from devstack.delivery.bridge import BridgeOptions
from devstack.stack import LocalStack, StackOptions
from devstack.topology import Redelivery
from shared import wiring
from shared.settings.labeling import LabelingSettings
from tests.storm.aftermath import look_around
from tests.storm.chaos import RECOGNIZER_TIMEOUT, Chaos
from tests.storm.naming import product_of
from tests.storm.operating import Operator
from tests.storm.options import StormOptions, chance
from tests.storm.oracle import answers
from tests.storm.plan import Plan, make_plan
from tests.storm.records import LIMIT, TOO_BIG, Records
from tests.storm.report import Report, drawn, happened, healed
from tests.storm.shop import Shop
from tests.storm.trouble import LOST, SKEW, Trouble
from tests.storm.verdict import complaints

THREADS = 4
"""Of each instance, as Terraform deploys it."""

RECONCILE_EVERY = 0.5
"""Seconds between two looks at the products that wait for their records."""

PATIENCE = 180.0
"""Seconds until a storm that does not end is given up."""

_SURPLUS = 1.0
"""Seconds in which an event that nobody sent would show."""

BACKFILLS = 2
"""Runs of `backfill --missing` once all is at rest, of which the last has to find nothing more to do."""


def run(options: StormOptions, run_dir: Path) -> Report:
    """Raise a storm and wait until it is over; logs go to `run_dir`."""
    plan, started = make_plan(options), time.monotonic()
    with LocalStack(_stack_options(options, run_dir)) as stack:
        shop = Shop(plan, stack.endpoints, _records(stack, options, plan))
        chaos = Chaos(stack, plan.contents, chance("chaos", options.seed))
        shop.open()
        weather = _Weather(stack, shop, chaos, Operator(stack), options, started + PATIENCE)
        trouble = weather.rage()
        weather.calm_down()
        due, asked = weather.clear_up(trouble), sum(weather.operator.asked)
        after = look_around(shop, chaos, troubled=options.troubled, asked=asked, due=due)
        rows = {
            **drawn(options, plan),
            **happened(stack.bridge.counts, chaos, after),
            **healed(trouble, weather.operator),
        }
    rows["seconds"] = round(time.monotonic() - started, 1)
    return Report(rows, complaints(after, answers(plan.contents)))


def _records(stack: LocalStack, options: StormOptions, plan: Plan) -> Records:
    recognizer = wiring.chosen_recognizer(LabelingSettings.from_env(stack.enrich_env()))
    return Records(options.names, recognizer.recognizer_id, plan.kinds)


def _stack_options(options: StormOptions, run_dir: Path) -> StackOptions:
    settings = {"RECOGNIZER_TIMEOUT": f"{RECOGNIZER_TIMEOUT}", "LABEL_MIN_SCORE": "0.5"}
    lost, skew = (LOST, SKEW) if options.troubled else (0.0, 0.0)
    return StackOptions(
        parts=frozenset({"pubsub", "storage", "algolia", "recognizer", "enrich", "bridge"}),
        recognizer=options.recognizer,
        model=None,
        answer_ms=200,
        run_dir=run_dir,
        redelivery=Redelivery(attempts=100, minimum_backoff=0.1, maximum_backoff=0.5),
        bridge=BridgeOptions(
            concurrency=32, copies=(1, 3), disorder=0.3, lost=lost, skew=skew, seed=options.seed
        ),
        reconcile_every=RECONCILE_EVERY,
        versioned=options.keeps_versions,
        max_record_bytes=LIMIT,
        too_big=options.too_big,
        threads=THREADS,
        enrich_instances=options.instances,
        both={"ATTRIBUTE_NAMES": ",".join(options.attribute_names)},
        env={"enrich": {**settings, "MAX_RECORD_BYTES": f"{LIMIT}"}},
    )


@dataclass(frozen=True)
class _Weather:
    """The storm's course: the shop works while things go wrong, and then there is silence."""

    stack: LocalStack
    shop: Shop
    chaos: Chaos
    operator: Operator
    options: StormOptions
    until: float

    def rage(self) -> Trouble:
        """Strike until the shop is done and the last kill over; each kill waits for its share of events."""
        options, chaos = self.options, self.chaos
        with ThreadPoolExecutor(options.clients) as clients, ThreadPoolExecutor(1) as operator:
            trouble = Trouble(self.shop, self.operator, chance("trouble", options.seed), operator)
            working = [
                clients.submit(self.shop.play, number, options.seconds) for number in range(options.clients)
            ]
            while self._goes_on(working, trouble):
                chaos.strike()
                time.sleep(chaos.luck.uniform(0.7, 1.7))
                share = self._acknowledged() / self.shop.plan.events()
                if options.troubled:
                    trouble.go_on(share)
                kills = chaos.kills.total()
                if kills < options.kills and share > (kills + 1) / (options.kills + 1):
                    chaos.kill()
            chaos.calm()
            for work in working:
                work.result()
            trouble.end()
        return trouble

    def calm_down(self) -> None:
        """Wait until every message was acknowledged, no product waits any more, and all is quiet."""
        events, asked, bridge = self.shop.plan.events(), sum(self.operator.asked), self.stack.bridge
        bridge.wait(
            lambda counts: counts.acknowledged >= events and counts.requests >= asked, self._time_left()
        )
        while self.shop.waiting() and self._time_left():
            time.sleep(RECONCILE_EVERY)
        bridge.wait(lambda counts: counts.acknowledged > events, _SURPLUS)
        before = -1
        while before != bridge.counts.requests and self._time_left():
            before = bridge.counts.requests
            time.sleep(2 * RECONCILE_EVERY)

    def _time_left(self) -> float:
        return max(0.0, self.until - time.monotonic())

    def clear_up(self, trouble: Trouble) -> int:
        """Backfill what the trouble has left; how many products the last backfill still found.

        No event is to come any more that could make good what is restored now. Where there was no trouble,
        nothing may be left to do.
        """
        hopeless = self._hopeless()
        if not self.options.troubled:
            return self.operator.due() - hopeless
        trouble.restore()
        for _ in range(BACKFILLS):
            due = self.operator.backfill() - hopeless
            self.calm_down()
            if due <= 0:
                break
        return due

    def _hopeless(self) -> int:
        """How many products a backfill always asks for: only the labels show that there is no room."""
        kinds = self.shop.records.kinds
        pictures = {product_of(stored.name) for stored in self.shop.bucket()}
        return sum(kinds.get(product or "", "plain") in TOO_BIG - {"huge"} for product in pictures)

    def _goes_on(self, working: list[Future[None]], trouble: Trouble) -> bool:
        ahead = self.chaos.kills.total() < self.options.kills or (self.options.troubled and not trouble.over)
        busy = ahead or any(not work.done() for work in working)
        return busy and time.monotonic() < self.until

    def _acknowledged(self) -> int:
        return self.stack.bridge.counts.acknowledged
