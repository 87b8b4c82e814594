"""A judge and the room for what is written, for tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.attribute_names import DEFAULT_NAMES, AttributeNames
from shared.catalog.judging import RecordJudge
from shared.catalog.labels import WeightedLabels
from shared.catalog.likeness import Likeness
from shared.catalog.record import attributes, listing_of
from shared.catalog.vectors import VisualCode, VisualWords
from shared.model import Appearance, Enrichment, Labels, StoredPicture
from tools.record_checks import RecordRoom

ME = "vision/2"
LIMIT = 10_000
DIMENSIONS = 256
WORDS, CODE = "visualWords_x", "visualCode_x"


def likeness(names: AttributeNames = DEFAULT_NAMES) -> Likeness:
    return Likeness(
        [WeightedLabels(names=names), VisualWords("x", names=names), VisualCode("x", names)], names=names
    )


def room(names: AttributeNames = DEFAULT_NAMES, limit: int = LIMIT) -> RecordRoom:
    """As of an enrich function with words and codes."""
    sees = likeness(names)
    judge = RecordJudge(ME, names, sees.written)
    return RecordRoom(
        judge, sees, DIMENSIONS, labels=10, max_bytes=limit, template="https://cdn.example/<name>"
    )


def record(
    product: str,
    *pictures: StoredPicture,
    labels: Labels = (),
    recognizer: str = ME,
    **changes: Any,  # noqa: ANN401 any attribute
) -> Mapping[str, Any]:
    """The record of a product with these pictures, all taken, as it is written; but for the changes."""
    enrichment = Enrichment(
        labels,
        "https://cdn.example/a",
        recognizer,
        "2026-01-01T00:00:00+00:00",
        len(pictures),
        listing=listing_of(pictures),
        likeness=likeness().attributes(Appearance(labels)),
    )
    newest = max((picture.generation for picture in pictures), default=0)
    return {"objectID": product, **attributes(enrichment), "imageVersion": newest, **changes}
