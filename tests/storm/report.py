"""A storm in numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from devstack.delivery.bridge import Counts
from tests.storm.aftermath import Aftermath
from tests.storm.chaos import Chaos
from tests.storm.operating import Operator
from tests.storm.options import StormOptions
from tests.storm.plan import Plan
from tests.storm.trouble import Trouble


@dataclass(frozen=True, slots=True)
class Report:
    """`rows` is what was counted, `complaints` are the broken promises."""

    rows: Mapping[str, object]
    complaints: Sequence[str]

    def __str__(self) -> str:
        rows = [f"  {name:<42}{value!s:>8}" for name, value in self.rows.items()]
        return "\n".join(["storm", *rows, *self.complaints, ""])


def drawn(options: StormOptions, plan: Plan) -> dict[str, object]:
    """What the seed made of it."""
    steps, kinds = plan.counts(), Counter(plan.kinds.values())
    return {
        "seed": options.seed,
        "bucket with versions": options.keeps_versions,
        "other names of attributes": len(options.attribute_names),
        "too big records are refused": options.too_big,
        "products": len(plan.products),
        **{f"records: {kind}": times for kind, times in sorted(kinds.items())},
        **{f"steps: {kind}": times for kind, times in sorted(steps.items())},
        "notifications": plan.events(),
    }


def happened(posts: Counts, chaos: Chaos, after: Aftermath) -> dict[str, object]:
    """What became of it."""
    parked = Counter(f"{parked.stage} {parked.reason}" for parked in after.parked)
    return {
        "deliveries accepted": posts.delivered,
        "deliveries refused, so repeated": posts.failed,
        **{f"outcome: {outcome}": times for outcome, times in after.outcomes.items()},
        "kills": chaos.kills.total(),
        "contents in flight at a kill": len(after.in_flight),
        **{f"faults fired: {server}": times for server, times in sorted(chaos.fired.items())},
        "contents that may be paid for": len(after.payable),
        "answers of the recognizer": sum(after.answered.values()),
        **{f"parked: {why}": times for why, times in sorted(parked.items())},
        "notifications lost": len(chaos.stack.bridge.lost),
    }


def healed(trouble: Trouble, operator: Operator) -> dict[str, object]:
    """What happened to the index, and what backfills did about it."""
    return {
        "records wiped": sum(trouble.wiped),
        "records restored": sum(trouble.restored),
        "backfills": len(operator.asked),
        "backfills given up": operator.given_up,
        "products asked for": sum(operator.asked),
    }
