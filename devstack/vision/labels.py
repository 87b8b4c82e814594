"""A recogniser's labels in the shape of Vision's."""

from __future__ import annotations

import hashlib

from google.cloud.vision_v1 import EntityAnnotation

from devstack.confidence import confidence
from shared.model import Label


def annotation(label: Label) -> EntityAnnotation:
    """Vision's form of `label`; `mid` is made up, the same for the same name."""
    score = confidence(label.score)
    mid = "/m/0" + hashlib.sha256(label.name.casefold().encode()).hexdigest()[:6]
    return EntityAnnotation(mid=mid, description=label.name, score=score, topicality=score)
