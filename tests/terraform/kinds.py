"""Each kind of fault, the rules against it, and the planted mistakes that show that they see it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import ModuleType

from tests.terraform import (
    confining,
    environment,
    expecting,
    keeping,
    logged,
    observing,
    ordering,
    rules,
    spending,
    telling,
)
from tests.terraform.mistakes import PLANTED

KINDS: Mapping[str, tuple[ModuleType, ...]] = {
    "rights, delivery, exposure": (rules, expecting),
    "environment": (environment,),
    "a project's own rules": (confining,),
    "destruction and retention": (keeping,),
    "order": (ordering,),
    "cost": (spending,),
    "alarms and charts": (observing, telling),
    "log lines": (logged,),
}


def _rules_of(modules: tuple[ModuleType, ...]) -> Iterator[tuple[str, rules.Rule]]:
    """Each function of a module that tells what breaks it in a deployment, by its name."""
    for module in modules:
        for name, each in vars(module).items():
            hints = getattr(each, "__annotations__", None)
            if not name.startswith("_") and hints == {"case": "Case", "return": "Iterator[str]"}:
                yield name, each


RULES: Mapping[str, rules.Rule] = {
    name: each for modules in KINDS.values() for name, each in _rules_of(modules)
}
"""By name."""


def table() -> str:
    """Each kind, its rules, and what is planted for each."""
    planted = [mistake for tree in PLANTED.values() for mistake in tree]
    lines = []
    for kind, modules in KINDS.items():
        lines.append(kind)
        for rule, _ in _rules_of(modules):
            names = [each.name for each in planted if each.caught_by == rule]
            lines.append(f"  {rule}: {'; '.join(names)}")
    return "\n".join(lines)
