"""What the index must hold, worked out anew from the bucket alone, and what differs from it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from devstack.recognizers import ContentRecognizer
from devstack.vision.server import Service, serving
from shared.attribute_names import AttributeNames
from shared.errors import Failure, Permanent
from shared.imaging import Picture
from shared.labeling import provider
from shared.labeling.providers import google_vision
from shared.model import Labels
from tests.storm.contents import Contents
from tests.storm.shop import Done, LiveObject

_BATCH = 16


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a record must say; labels by their name, case aside."""

    labels: Mapping[str, float]
    image_url: str | None
    pictures: int
    refused: int
    listing: str


def answers(contents: Contents) -> dict[str, Labels | Failure]:
    """What a Vision of our own says about every content, by its MD5, when nothing goes wrong."""
    digests = list(contents.known)
    outcomes: dict[str, Labels | Failure] = {}
    with serving(Service(ContentRecognizer())) as addresses:
        settings = google_vision.VisionSettings.from_env({"VISION_ENDPOINT": addresses.grpc})
        recognizer = google_vision.create(settings, provider.Wanted())
        for start in range(0, len(digests), _BATCH):
            batch = digests[start : start + _BATCH]
            said = recognizer.label_many([Picture(contents.known[digest]) for digest in batch])
            outcomes |= zip(batch, said, strict=True)
    return outcomes


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
    listed = sorted(f"{picture.generation} {picture.name}" for picture in pictures)
    listing = hashlib.sha256("\n".join(listed).encode()).hexdigest()[:12]
    return Wanted(best, shown[0] if shown else None, len(shown), len(pictures) - len(shown), listing)


def differences(
    record: Mapping[str, Any], shops: Mapping[str, Any], expected: Wanted, names: AttributeNames
) -> Iterator[str]:
    """What is wrong with a record that the shop made like `shops`, in words; nothing when all is well."""
    labels = record.get(names.labels, ())
    found = {label["description"].casefold(): label["score"] for label in labels}
    scores = [label["score"] for label in labels]
    if found != expected.labels or len(labels) != len(found) or scores != sorted(scores, reverse=True):
        yield f"{names.labels} are {labels}, expected {expected.labels}"
    if record.get(names.label_names) != [label["description"] for label in labels]:
        yield f"{names.label_names} are {record.get(names.label_names)}"
    if record.get(names.image_url) != expected.image_url:
        yield f"{names.image_url} is {record.get(names.image_url)}, expected {expected.image_url}"
    visual = record.get(names.visual, {})
    told = tuple(visual.get(about) for about in ("pictures", "refused", "listing"))
    if told != (expected.pictures, expected.refused, expected.listing):
        yield f"{names.visual} is {visual}, expected {expected}"
    ours = {names.labels, names.label_names, names.image_url, names.visual, names.version}
    if (rest := {name: value for name, value in record.items() if name not in ours}) != shops:
        yield f"the shop's own is {rest}, expected {shops}"


def too_old(
    record: Mapping[str, Any], history: Iterable[Done], pictures: Iterable[LiveObject], names: AttributeNames
) -> Iterator[str]:
    """Whether a record tells of a time before the last change, in words."""
    changed = (done.since_us for done in history if done.step.kind != "record")
    least = max([*changed, *(picture.generation for picture in pictures)], default=0)
    if record.get(names.version, 0) < least:
        yield f"{names.version} is {record.get(names.version)}, before the last change at {least}"
