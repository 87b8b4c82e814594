"""What a storm is made of; the only place that looks at `STORM_SEED` and `STORM_PRODUCTS`."""

from __future__ import annotations

import os
import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

from devstack.endpoints import Recogniser


@dataclass(frozen=True, slots=True)
class StormOptions:
    """`clients` threads make the shop's changes within `seconds`; faults and `kills` go on after them."""

    seed: int = 1
    products: int = 300
    clients: int = 4
    kills: int = 3
    seconds: float = 35.0
    recogniser: Recogniser = "google-vision"

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> Self:
        default = cls()
        return replace(
            default,
            seed=int(env.get("STORM_SEED", default.seed)),
            products=int(env.get("STORM_PRODUCTS", default.products)),
        )


def chance(*what: object) -> random.Random:
    """Chance that is the same whenever it is for the same."""
    return random.Random(repr(what))  # noqa: S311 - repeatable on purpose, no secret
