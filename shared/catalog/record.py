"""What the pictures of a product say becomes the part of its record that is ours."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from shared.attribute_names import DEFAULT_NAMES, AttributeNames
from shared.model import LABEL, Enrichment, Label, Labels, StoredPicture


def merge(pictures: Iterable[Labels]) -> Labels:
    """Join the labels of several pictures: each name once, case aside, with its best score; best first."""
    best: dict[str, Label] = {}
    for label in (label for labels in pictures for label in labels):
        key = label.name.casefold()
        if key not in best or label.score > best[key].score:
            best[key] = label
    return tuple(sorted(best.values(), key=lambda label: (-label.score, label.name.casefold())))


def attributes(enrichment: Enrichment, names: AttributeNames = DEFAULT_NAMES) -> dict[str, Any]:
    """Our attributes of the record, without the version that guards them.

    Where the picture's address is left to the shop, `visual` says so: it is not ours later either.
    """
    shows = {names.image_url: enrichment.image_url} if names.image_url else {}
    visual = {
        "recognizer": enrichment.recogniser,
        "labeledAt": enrichment.labeled_at,
        "pictures": enrichment.pictures,
        "refused": enrichment.refused,
        "listing": enrichment.listing,
        **({} if shows else {NOT_OURS: False}),
    }
    return {
        **shows,
        names.labels: shown(enrichment.labels),
        names.label_names: [label.name for label in enrichment.labels],
        names.visual: visual,
        **enrichment.likeness,
    }


NOT_OURS = "imageURL"
"""Of `visual`: false where the record's address of a picture was left to the shop when we wrote the rest."""


def shown(labels: Labels) -> list[dict[str, Any]]:
    """The guide's shape: objects of description and score; with a kind, where that is not plainly a label."""
    return [{"description": label.name, "score": round(label.score, 4), **kind_of(label)} for label in labels]


def kind_of(label: Label) -> dict[str, str]:
    """The kind, where there is something to say."""
    return {} if label.kind == LABEL else {"kind": label.kind}


def guarded(ours: Mapping[str, Any], version: int, names: AttributeNames = DEFAULT_NAMES) -> dict[str, Any]:
    """A partial update that Algolia drops whole unless `version` is greater than the record's.

    The guard is the built-in operation `IncrementSet` (Algolia, "Handling concurrency with versioning").
    """
    return {**ours, names.version: {"_operation": "IncrementSet", "value": version}}


def listing_of(pictures: Iterable[StoredPicture]) -> str:
    """What tells these pictures, each at its generation, from any others: twelve hexadecimal digits."""
    lines = sorted(f"{picture.generation} {picture.name}" for picture in pictures)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]
