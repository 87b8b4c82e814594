"""Labels become the part of a product's record that is ours."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from shared.model import LABEL, Enrichment, Label, Labels

VERSION_ATTRIBUTE = "imageVersion"
FACET = "labels.description"


def merge(pictures: Iterable[Labels]) -> Labels:
    """Join the labels of several pictures: each name once, case aside, with its best score; best first."""
    best: dict[str, Label] = {}
    for label in (label for labels in pictures for label in labels):
        key = label.name.casefold()
        if key not in best or label.score > best[key].score:
            best[key] = label
    return tuple(sorted(best.values(), key=lambda label: (-label.score, label.name.casefold())))


def attributes(enrichment: Enrichment) -> dict[str, Any]:
    """Our attributes of the record, without the version that guards them."""
    return {
        "imageURL": enrichment.image_url,
        "labels": shown(enrichment.labels),
        "labelNames": [label.name for label in enrichment.labels],
        "visual": {
            "recognizer": enrichment.recogniser,
            "labeledAt": enrichment.labeled_at,
            "pictures": enrichment.pictures,
        },
        **enrichment.likeness,
    }


def shown(labels: Labels) -> list[dict[str, Any]]:
    """The guide's shape: objects of description and score; with a kind, where that is not plainly a label."""
    return [{"description": label.name, "score": round(label.score, 4), **kind_of(label)} for label in labels]


def kind_of(label: Label) -> dict[str, str]:
    """The kind, where there is something to say."""
    return {} if label.kind == LABEL else {"kind": label.kind}


def guarded_update(enrichment: Enrichment, version: int) -> dict[str, Any]:
    """A partial update that Algolia drops whole unless `version` is greater than the record's.

    The guard is the built-in operation `IncrementSet` (Algolia, "Handling concurrency with versioning").
    """
    guard = {"_operation": "IncrementSet", "value": version}
    return {**attributes(enrichment), VERSION_ATTRIBUTE: guard}
