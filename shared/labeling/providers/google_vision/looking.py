"""What of a picture Vision is to name: all of it, unless another `Look` says so."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

from shared.labeling import PictureLimits
from shared.labeling.providers.google_vision.asking import MAX_INLINE_BYTES
from shared.labeling.providers.google_vision.errors import Problem
from shared.model import Crop, Picture

LIMITS = PictureLimits(
    formats=frozenset({"JPEG", "MPO", "PNG", "GIF", "BMP", "WEBP", "ICO", "TIFF"}),
    max_bytes=20_000_000,
    max_pixels=75_000_000,
    inline_bytes=MAX_INLINE_BYTES,
)
"""What Vision takes, from its pages "Supported images" and "Quotas and limits"."""


@dataclass(frozen=True, slots=True)
class View:
    """What is named, and where in the shop's picture it lies; None for all of that picture."""

    picture: Picture
    box: Crop | None = None


class Look(ABC):
    """Chooses what of each picture is named."""

    limits: PictureLimits
    """What pictures it takes."""

    @abstractmethod
    def views(self, pictures: Sequence[Picture]) -> list[View | Problem]:
        """Return one view of each picture in order, or why there is none."""


class Whole(Look):
    """Takes pictures as they are."""

    limits = LIMITS

    def views(self, pictures: Sequence[Picture]) -> list[View | Problem]:
        """See `Look`."""
        return [View(picture) for picture in pictures]
