"""What a storm is made of; the only place that looks at `STORM_SEED` and `STORM_PRODUCTS`."""

from __future__ import annotations

import os
import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self, get_args

from devstack.algolia.limits import TooBig
from shared.attribute_names import DEFAULT_NAMES, AttributeNames, renamed
from shared.labeling.registry import DEFAULT_RECOGNIZER

OTHER_NAMES = (
    *("imageURL=shownBy", "labels=seen", "labelNames=seenNames", "visual=look", "imageVersion=lookVersion"),
    *("visualWords=lookWords", "visualCode=lookCode", "colors=seenColors"),
)


@dataclass(frozen=True, slots=True)
class StormOptions:
    """`clients` threads make the shop's changes within `seconds`; faults and `kills` go on after them.

    In a `troubled` storm events are lost and the index is rebuilt and restored, for which there is
    `backfill --missing`. What is None is drawn from the seed: whether the bucket is `versioned`, and whether
    all our attributes are called by `other_names`. With `crowds` some products lie among
    hundreds of other names.
    """

    seed: int = 1
    products: int = 300
    clients: int = 4
    kills: int = 3
    seconds: float = 35.0
    recognizer: str = DEFAULT_RECOGNIZER
    instances: int = 2
    troubled: bool = True
    crowds: bool = True
    versioned: bool | None = None
    other_names: bool | None = None

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> Self:
        default = cls()
        seed, products = env.get("STORM_SEED", default.seed), env.get("STORM_PRODUCTS", default.products)
        return replace(default, seed=int(seed), products=int(products))

    @property
    def keeps_versions(self) -> bool:
        return self._drawn("versions") if self.versioned is None else self.versioned

    @property
    def attribute_names(self) -> tuple[str, ...]:
        """What `ATTRIBUTE_NAMES` says."""
        changed = self._drawn("names") if self.other_names is None else self.other_names
        return OTHER_NAMES if changed else ()

    @property
    def names(self) -> AttributeNames:
        return renamed(self.attribute_names) if self.attribute_names else DEFAULT_NAMES

    @property
    def too_big(self) -> TooBig:
        """When Algolia refuses what does not fit."""
        return chance("too big", self.seed).choice(get_args(TooBig))

    def _drawn(self, what: str) -> bool:
        return chance(what, self.seed).random() < 0.5


def chance(*what: object) -> random.Random:
    """Chance that is the same whenever it is for the same."""
    return random.Random(repr(what))  # noqa: S311 - repeatable on purpose, no secret
