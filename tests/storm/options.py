"""What a storm is made of; the only place that looks at `STORM_SEED` and `STORM_PRODUCTS`."""

from __future__ import annotations

import os
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class StormOptions:
    """`clients` threads make the shop's changes within `seconds`; faults and `kills` go on after them."""

    seed: int = 1
    products: int = 300
    clients: int = 4
    kills: int = 3
    seconds: float = 35.0

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> Self:
        variables = {"seed": "STORM_SEED", "products": "STORM_PRODUCTS"}
        return cls(**{name: int(env[variable]) for name, variable in variables.items() if variable in env})


def chance(*what: object) -> random.Random:
    """Chance that is the same whenever it is for the same."""
    return random.Random(repr(what))  # noqa: S311 - repeatable on purpose, no secret
