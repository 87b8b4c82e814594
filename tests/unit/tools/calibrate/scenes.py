"""Pictures of kinds of things that a shop has, photos of them, and pictures of things that it has not."""

from __future__ import annotations

import math
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from pathlib import Path

from shared.model import Appearance, Vector
from tests.unit.tools.evaluate.studio import Studio, labels, seen
from tools.evaluate.datasets import class_folders
from tools.evaluate.seeing import Looks, See, Use

KINDS = {"hat": 0.0, "mug": 60.0, "sock": 120.0}
"""Degrees in which the vectors of a kind point; those of others point in 240."""

PHOTOS = 24


def toward(degrees: float) -> Vector:
    return (math.cos(math.radians(degrees)), math.sin(math.radians(degrees)))


def shot(kind: str, off: float = 0.0) -> Appearance:
    """A picture of a kind, its vector so many degrees off."""
    return Appearance(labels(kind, "thing"), vector=toward(KINDS.get(kind, 240.0) + off))


class Scene:
    """A picture of each kind, photos up to 24 degrees off, and others of boats."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.studio = Studio()
        self.vectors: dict[bytes, Vector] = {}
        for kind in KINDS:
            self.shoot(f"gallery/{kind}/1.png", shot(kind))
            for number in range(PHOTOS):
                self.shoot(f"queries/{kind}/{number}.png", shot(kind, -number))
        self.dataset = class_folders(folder / "gallery", folder / "queries")
        self.boats = self.others("boat", 0.1)

    def shoot(self, name: str, look: Appearance) -> Path:
        path = self.studio.shoot(self.folder / name, look)
        self.vectors[path.read_bytes()] = look.vector or ()
        return path

    def others(self, kind: str, apart: float = 0.0) -> list[Path]:
        return [self.shoot(f"others/{kind}/{number}.png", shot(kind, apart * number)) for number in range(60)]

    def blind(self, blinded: Callable[[Appearance], bool]) -> See:
        """An encoder that refuses some."""

        def see(content: bytes, uses: AbstractSet[Use]) -> Looks:
            look = self.studio.look(content)
            return seen(Appearance(look.labels) if blinded(look) else look, uses)

        return see
