"""What recognisers cost, by their published price lists; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

_PER = 1_000


@dataclass(frozen=True, slots=True)
class Tier:
    """Calls of a month up to the `upto`-th cost `price` USD per 1,000; None is without end."""

    upto: int | None
    price: float


@dataclass(frozen=True, slots=True)
class PriceList:
    """A published list: its page's name and the month it was read, and its tiers in order."""

    source: str
    tiers: tuple[Tier, ...]

    @property
    def free(self) -> int:
        """Calls that a month begins with for nothing."""
        first = self.tiers[0]
        return 0 if first.price or first.upto is None else first.upto

    def cost(self, calls: int, before: int = 0) -> float:
        """USD for so many calls after `before` others in the same month."""
        total, done, end = 0.0, before, before + calls
        for tier in self.tiers:
            here = min(end, tier.upto if tier.upto is not None else end)
            total += max(here - done, 0) * tier.price / _PER
            done = max(done, here)
        return total


PRICES: Mapping[str, PriceList] = {
    "google-vision": PriceList(
        "Cloud Vision pricing, Label Detection, November 2026",
        (Tier(1_000, 0.0), Tier(5_000_000, 1.50), Tier(None, 1.00)),
    ),
    "rekognition": PriceList("Amazon Rekognition pricing, labels, November 2026", (Tier(None, 1.00),)),
    "embedded": PriceList("runs on the function's own processor", (Tier(None, 0.0),)),
}
"""By the recogniser's name in the registry."""


def _of_vision(feature: str, price: float, beyond: float) -> PriceList:
    tiers = (Tier(1_000, 0.0), Tier(5_000_000, price), Tier(None, beyond))
    return PriceList(f"Cloud Vision pricing, {feature}, November 2026", tiers)


FEATURES: Mapping[str, Mapping[str, PriceList]] = {
    "google-vision": {
        "VISION_OBJECTS": _of_vision("Object Localization", 2.25, 1.50),
        "VISION_LOGOS": _of_vision("Logo Detection", 1.50, 0.60),
        "VISION_TEXT": _of_vision("Text Detection", 1.50, 0.60),
        "VISION_COLOURS": _of_vision("Image Properties", 1.50, 0.60),
        "VISION_SAFE_SEARCH": PriceList(
            "Cloud Vision pricing, with labels, November 2026", (Tier(None, 0.0),)
        ),
    },
    "rekognition": {
        "REKOGNITION_IMAGE_PROPERTIES": PriceList(
            "Amazon Rekognition pricing, image properties, November 2026", (Tier(None, 0.75),)
        ),
    },
}
"""What a picture costs more with a feature, by the recogniser's name and the variable that asks for it.

Amazon's prices fall with volume, which is left out.
"""
