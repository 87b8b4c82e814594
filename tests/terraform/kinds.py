"""Every rule: each function of these modules that tells what breaks it in a deployment."""

from __future__ import annotations

from collections.abc import Mapping

from tests.terraform import (
    confining,
    environment,
    expecting,
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

_MODULES = (
    *(rules, expecting, exposing, confining, environment),
    *(keeping, ordering, sizing, spending),
    *(observing, telling, logged),
)
RULES: Mapping[str, rules.Rule] = {
    name: each
    for module in _MODULES
    for name, each in vars(module).items()
    if not name.startswith("_")
    and getattr(each, "__annotations__", None) == {"case": "Case", "return": "Iterator[str]"}
}
"""By name."""
