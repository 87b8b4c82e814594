"""A recogniser's labels as ViSenze's objects with boxes and tags, always the same for the same picture."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping

from PIL import Image

from devstack.confidence import confidence
from shared.model import LABEL, Label, Labels

Object = Mapping[str, object]

SURER = 0.9
"""How much less sure the second object is of its labels than the first."""


def objects(content: bytes, labels: Labels, limit: int) -> list[Object]:
    """What is in the picture: nothing without labels, else one object, or a smaller second one beside it.

    Each has at most `limit` tags.
    """
    if not labels:
        return []
    with Image.open(io.BytesIO(content)) as image:
        width, height = image.size
    chance = hashlib.sha256(content).digest()
    left, top = (round(side * share / 1024) for side, share in zip((width, height), chance, strict=False))
    middle = (left + width) // 2
    first = _object((left, top, middle, height), labels, limit)
    if chance[2] % 2:
        return [first]
    weaker = tuple(Label(label.name, label.score * SURER, label.kind) for label in labels[1:])
    return [first, _object((middle, (top + height) // 2, width, height), weaker, limit)]


def _object(box: tuple[int, int, int, int], labels: Labels, limit: int) -> Object:
    return {"box": list(box), "tags": [_tag(label) for label in labels[:limit]]}


def _tag(label: Label) -> Mapping[str, object]:
    attribute = "category" if label.kind == LABEL else label.kind
    return {"tag": f"{attribute}:{label.name}", "score": confidence(label.score)}
