"""What a product's record says about its pictures; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from shared.catalog.record import VERSION_ATTRIBUTE

ATTRIBUTES = ("visual", VERSION_ATTRIBUTE, "labelNames", "imageURL")


@dataclass(frozen=True, slots=True)
class Recorded:
    """Our attributes of a record; `recogniser` and `version` are None in a record that has none of them."""

    recogniser: str | None
    version: int | None
    labeled_at: str
    pictures: int
    labels: tuple[str, ...]
    image_url: str | None

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Self:
        """Read a record, whatever else wrote into it."""
        visual = record.get("visual")
        about = visual if isinstance(visual, Mapping) else {}
        version, names = record.get(VERSION_ATTRIBUTE), record.get("labelNames")
        return cls(
            recogniser=about.get("recognizer"),
            version=version if isinstance(version, int) else None,
            labeled_at=about.get("labeledAt", ""),
            pictures=about.get("pictures", 0),
            labels=tuple(map(str, names)) if isinstance(names, list) else (),
            image_url=record.get("imageURL"),
        )

    @property
    def enriched(self) -> bool:
        """Whether it has our attributes at all."""
        return self.recogniser is not None and self.version is not None
