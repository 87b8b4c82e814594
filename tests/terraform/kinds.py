"""Each kind of fault, the rules against it, and the planted mistakes that show that they see it."""

from __future__ import annotations

from collections.abc import Mapping

from tests.terraform import (
    confining,
    environment,
    exposing,
    keeping,
    logged,
    observing,
    ordering,
    rules,
    sizing,
    spending,
    telling,
)
from tests.terraform.carelessness import CARELESSNESS
from tests.terraform.cases import EVERYTHING
from tests.terraform.losing import LOSING, LOSING_TOO
from tests.terraform.missized import MISSIZED
from tests.terraform.mistakes import Mistake
from tests.terraform.unheard import UNHEARD, UNHEARD_TOO

KINDS: Mapping[str, tuple[rules.Rule, ...]] = {
    "rights, delivery, exposure": (*rules.RULES, *exposing.RULES),
    "environment": environment.RULES,
    "a project's own rules": confining.RULES,
    "destruction and retention": keeping.RULES,
    "order": ordering.RULES,
    "sizes and values": sizing.RULES,
    "cost": spending.RULES,
    "alarms and charts": (*observing.RULES, *telling.RULES),
    "log lines": logged.RULES,
}
EVERY_RULE = tuple(rule for of_kind in KINDS.values() for rule in of_kind)
TREES: Mapping[tuple[Mistake, ...], str] = {
    **dict.fromkeys((CARELESSNESS, LOSING, LOSING_TOO, MISSIZED, UNHEARD, UNHEARD_TOO), EVERYTHING),
    telling.UNTOLD: EVERYTHING,
    confining.UNCONFINED: confining.EXAMPLE,
    **dict.fromkeys((exposing.EXPOSED, exposing.UNLIMITED), exposing.EXAMPLE),
}
"""The mistakes of a tree are planted together: none hides another. Behind each, the case that is deployed."""
PLANTED = tuple(mistake for tree in TREES for mistake in tree)


def table() -> str:
    """Each kind, its rules, and what was planted for each."""
    lines = []
    for kind, of_kind in KINDS.items():
        lines.append(kind)
        for rule in of_kind:
            names = [each.name for each in PLANTED if each.caught_by == rule.__name__]
            lines.append(f"  {rule.__name__}: {'; '.join(names)}")
    return "\n".join(lines)
