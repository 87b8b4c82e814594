"""A storm in numbers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from devstack.delivery.bridge import Counts
from tests.storm.aftermath import Aftermath
from tests.storm.chaos import Chaos
from tests.storm.operating import Operator
from tests.storm.options import StormOptions
from tests.storm.plan import Plan
from tests.storm.records import SHARES
from tests.storm.trouble import Trouble


@dataclass(frozen=True, slots=True)
class Report:
    """`rows` is what was counted, `notes` explains, `complaints` are the broken promises."""

    rows: dict[str, object]
    notes: list[str]
    complaints: list[str]

    def __str__(self) -> str:
        rows = [f"  {name:<42}{value!s:>8}" for name, value in self.rows.items()]
        notes = [f"  note: {note}" for note in self.notes]
        return "\n".join(["storm", *rows, *notes, *self.complaints, ""])


def drawn(options: StormOptions, plan: Plan) -> dict[str, object]:
    """What the seed made of it."""
    steps, kinds = plan.counts(), Counter(plan.kinds.values())
    return {
        "seed": options.seed,
        "bucket with versions": options.keeps_versions,
        "other names of attributes": len(options.attribute_names),
        "too big records are refused": options.too_big,
        "instances": options.instances,
        "products": len(plan.products),
        **{f"records: {kind}": kinds[kind] for kind in SHARES},
        **{f"steps: {kind}": steps[kind] for kind in sorted(steps)},
        "notifications": plan.events(),
    }


def happened(posts: Counts, plan: Plan, chaos: Chaos, after: Aftermath) -> dict[str, object]:
    """What became of it."""
    parked = Counter(f"{parked.stage} {parked.reason}" for parked in after.parked)
    return {
        "objects at the end": len(after.objects),
        "deliveries accepted": posts.delivered,
        "deliveries refused, so repeated": posts.failed,
        "requests for another look": posts.requests,
        **{f"outcome: {outcome}": times for outcome, times in after.outcomes.items()},
        "kills": chaos.kills.total(),
        **{f"kills: {name}": times for name, times in sorted(chaos.kills.items())},
        "contents in flight at a kill": len(after.in_flight),
        **{f"faults fired: {server}": times for server, times in sorted(chaos.fired.items())},
        "contents that may be paid for": len(plan.payable()),
        "contents the recognizer answered": len(after.answered),
        "answers of the recognizer": sum(after.answered.values()),
        "refused contents parked": len({each.content for each in after.parked if each.content}),
        **{f"parked: {why}": times for why, times in sorted(parked.items())},
        "dead letters": len(after.dead_letters),
    }


def healed(trouble: Trouble, operator: Operator, lost: int, *, skewed: bool) -> dict[str, object]:
    """What happened to the index, and what backfills did about it."""
    return {
        "notifications lost": lost,
        "rebuilds": len(trouble.wiped),
        "records wiped": sum(trouble.wiped),
        "restores": len(trouble.restored),
        "records restored": sum(trouble.restored),
        "backfills": len(operator.asked),
        "backfills given up": operator.given_up,
        "products asked for by each": ", ".join(map(str, operator.asked)) or "none",
        "requests with skewed times": sum(operator.asked) if skewed else 0,
    }
