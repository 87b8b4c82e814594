"""The stand-ins of recognizers' services: each package declares its own as `STAND_IN`, found by listing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

import devstack

KEY, SECRET = "local-recognizer-id", "local-recognizer-secret"
"""What stand-ins of services with keys want to be shown."""


@dataclass(frozen=True, slots=True)
class StandIn:
    """How `python -m PACKAGE` stands in for the recognizer that the registry calls `labeler`.

    Each of `doors` is the option that takes a port; behind the last one is HTTP, with the switches under
    /_devstack. `env` are the variables that point a function at the stand-in, with {0} for the first door's
    HOST:PORT.
    """

    package: str
    labeler: str
    env: Mapping[str, str]
    doors: tuple[str, ...] = ("port",)

    def told(self, addresses: Sequence[str]) -> dict[str, str]:
        """What a function is told while the doors are at `addresses`, nowhere without them."""
        doors = addresses or [""] * len(self.doors)
        return {name: text.format(*doors) for name, text in self.env.items()}


@cache
def stand_ins() -> Mapping[str, StandIn]:
    """All there are, by the recognizer's name."""
    packages = [
        import_module(f"{devstack.__name__}.{module.name}")
        for module in iter_modules(devstack.__path__)
        if module.ispkg
    ]
    declared: list[StandIn] = [package.STAND_IN for package in packages if hasattr(package, "STAND_IN")]
    return {stand_in.labeler: stand_in for stand_in in declared}
