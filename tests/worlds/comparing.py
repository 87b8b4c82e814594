"""What photos find in a world: by default, with the settings that the check recommends, and at best."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.worlds.retrieval import DEFAULT, Choice, fitted, found_share
from tests.worlds.worlds import EVERYDAY, PAIRS, WORLDS, World

_NEVER = frozenset({"sum-limit", "typed-words"})
_OF_RETRIEVAL = _NEVER | {"filters", "long-parameter", "sums", "filter-only", "facet-ratio", "parameters"}
"""The probes whose answers may change what photos find, and those whose answers should not."""


@dataclass(frozen=True)
class Compared:
    """Percent of photos that find their product, and the settings behind them."""

    default: float
    recommended: float
    best: float
    advised: Choice
    optimum: Choice

    @property
    def figures(self) -> str:
        advised, best = self.recommended, self.best
        return f"by default {self.default:.1f} %, recommended {advised:.1f} %, at best {best:.1f} %"


def singles() -> Iterator[tuple[str, World]]:
    yield "as expected", EVERYDAY
    yield from ((world.name, world) for world in WORLDS if world.probe in _OF_RETRIEVAL)


def pairs() -> Iterator[tuple[str, World]]:
    for one, other in PAIRS:
        both = one.beside(other)
        if both and {one.probe, other.probe} <= _OF_RETRIEVAL - _NEVER:
            yield f"{one.name} + {other.name}", both


def compared(world: World, choices: Sequence[Choice]) -> Compared:
    advised = fitted(world)
    shares = {choice: found_share(world, choice) for choice in dict.fromkeys((DEFAULT, advised, *choices))}
    optimum = max(shares, key=shares.__getitem__)
    return Compared(shares[DEFAULT], shares[advised], shares[optimum], advised, optimum)
