"""A storm in numbers."""

from __future__ import annotations

from dataclasses import dataclass

from devstack.delivery.bridge import Counts
from tests.storm.aftermath import Aftermath
from tests.storm.chaos import Chaos
from tests.storm.plan import Plan


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


def counted(posts: Counts, plan: Plan, chaos: Chaos, after: Aftermath) -> dict[str, object]:
    steps = plan.counts()
    return {
        "products": len(plan.products),
        "objects at the end": len(after.objects),
        **{f"steps: {kind}": steps[kind] for kind in sorted(steps)},
        "notifications": plan.events(),
        "deliveries accepted": posts.delivered,
        "deliveries refused, so repeated": posts.failed,
        **{f"outcome: {outcome}": times for outcome, times in after.outcomes.items()},
        "kills": chaos.kills,
        "contents in flight at a kill": len(chaos.in_flight),
        **{f"faults fired: {server}": times for server, times in sorted(chaos.fired.items())},
        "contents the recogniser answered": len(after.answered),
        "answers of the recogniser": sum(after.answered.values()),
        "refused contents parked": len({parked.content for parked in after.parked}),
        "parked events": len(after.parked),
        "dead letters": len(after.dead_letters),
    }
