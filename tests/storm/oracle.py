"""What the index must hold, worked out anew from the bucket alone, and what differs from it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from devstack.vision.annotator import Annotator
from devstack.vision.by_content import ContentLabeler
from devstack.vision.server import serving
from devstack.vision.service import Service
from devstack.vision.storage import unconnected
from shared.errors import Failure, Permanent
from shared.labeling.providers import google_vision
from shared.model import Labels, Picture
from tests.storm.contents import Contents
from tests.storm.shop import Done, LiveObject

_NAME = re.compile(r"products/(?:(?P<folder>[^/]+)/[^/]+|(?P<stem>[^/]+)\.[^/.]+)")
_BATCH = 16


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a record must say; labels by their name, case aside."""

    labels: Mapping[str, float]
    image_url: str | None
    pictures: int


def answers(contents: Contents) -> dict[str, Labels | Failure]:
    """What a Vision of our own says about every content, by its MD5, when nothing goes wrong."""
    digests = list(contents.known)
    outcomes: dict[str, Labels | Failure] = {}
    with serving(Service(Annotator(ContentLabeler(), unconnected))) as addresses:
        labeler = google_vision.create(endpoint=addresses.grpc)
        for start in range(0, len(digests), _BATCH):
            batch = digests[start : start + _BATCH]
            said = labeler.label_many([Picture(contents.known[digest]) for digest in batch])
            outcomes |= zip(batch, said, strict=True)
    return outcomes


def product_of(name: str) -> str | None:
    match = _NAME.fullmatch(name)
    return (match["folder"] or match["stem"]) if match else None


def wanted(pictures: Sequence[LiveObject], said: Mapping[str, Labels | Failure], url: str) -> Wanted:
    """The record of a product with these pictures; `url` is where the bucket's objects are shown."""
    best: dict[str, float] = {}
    shown: list[str] = []
    for picture in sorted(pictures, key=lambda picture: picture.name):
        labels = said[picture.content]
        if isinstance(labels, Permanent):
            continue
        assert not isinstance(labels, Failure), labels
        shown.append(f"{url}/{quote(picture.name)}")
        for label in labels:
            key = label.name.casefold()
            best[key] = max(best.get(key, 0.0), round(label.score, 4))
    return Wanted(best, shown[0] if shown else None, len(shown))


def differences(
    record: Mapping[str, Any], expected: Wanted, pictures: Sequence[LiveObject], history: Sequence[Done]
) -> Iterator[str]:
    """What is wrong with a record, in words; nothing when all is well."""
    labels = record.get("labels", ())
    found = {label["description"].casefold(): label["score"] for label in labels}
    scores = [label["score"] for label in labels]
    if found != expected.labels or len(labels) != len(found) or scores != sorted(scores, reverse=True):
        yield f"labels are {labels}, expected {expected.labels}"
    if record.get("labelNames") != [label["description"] for label in labels]:
        yield f"labelNames are {record.get('labelNames')}"
    if record.get("imageURL") != expected.image_url:
        yield f"imageURL is {record.get('imageURL')}, expected {expected.image_url}"
    if record.get("visual", {}).get("pictures") != expected.pictures:
        yield f"visual is {record.get('visual')}, expected {expected.pictures} pictures"
    changed = max(done.since_us for done in history if done.step.kind != "record")
    least = max([changed, *(picture.generation for picture in pictures)])
    if record.get("imageVersion", 0) < least:
        yield f"imageVersion is {record.get('imageVersion')}, before the last change at {least}"
