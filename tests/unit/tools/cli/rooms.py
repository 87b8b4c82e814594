"""Listed objects, records as they are written, and a judge with the room for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.attribute_names import DEFAULT_NAMES
from shared.catalog.judging import RecordJudge
from shared.catalog.labels import WeightedLabels
from shared.catalog.likeness import Likeness
from shared.catalog.record import attributes, listing_of
from shared.catalog.vectors import VisualCode, VisualWords
from shared.model import Appearance, Enrichment, Labels, StoredPicture
from shared.pictures import Naming
from tools.record_checks import RecordRoom

PATTERNS = ("products/<objectID>/<file>", "products/<objectID>.<ext>")
NAMING = Naming(PATTERNS)
GENERATION = 1_700_000_000_000_000
ME = "vision/2"
WORDS, CODE = "visualWords_x", "visualCode_x"
LIKENESS = Likeness([WeightedLabels(), VisualWords("x"), VisualCode("x")])


def listed(name: str, content: str = "", size: int = 10, generation: int = GENERATION) -> StoredPicture:
    """An object of the bucket; its content is its name unless said otherwise."""
    return StoredPicture("shop", name, generation, content or name, size, "image/jpeg")


def room(limit: int = 10_000) -> RecordRoom:
    """As of an enrich function with words and codes."""
    judge = RecordJudge(ME, DEFAULT_NAMES, LIKENESS.written)
    return RecordRoom(judge, LIKENESS, 256, labels=10, max_bytes=limit, template="https://cdn.example/<name>")


def record(
    product: str,
    *pictures: StoredPicture,
    labels: Labels = (),
    recognizer: str = ME,
    **changes: Any,  # noqa: ANN401 any attribute
) -> Mapping[str, Any]:
    """The record of a product with these pictures, all taken, as it is written; but for the changes."""
    listing, likeness = listing_of(pictures), LIKENESS.attributes(Appearance(labels))
    when, image = "2026-01-01T00:00:00+00:00", "https://cdn.example/a"
    told = Enrichment(labels, image, recognizer, when, len(pictures), listing=listing, likeness=likeness)
    newest = max((picture.generation for picture in pictures), default=0)
    return {"objectID": product, **attributes(told), "imageVersion": newest, **changes}


def without(held: Mapping[str, Any], *names: str) -> Mapping[str, Any]:
    return {name: value for name, value in held.items() if name not in names}
