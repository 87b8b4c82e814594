"""Things in the photo of a table, as services that locate them answer, and as the search function tells."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from google.cloud.vision_v1 import AnnotateImageResponse

from shared.labeling.providers.google_vision.answers import labels_of
from shared.labeling.providers.rekognition.recognizer import labels
from shared.model import Labels, kind_of

if TYPE_CHECKING:
    from mypy_boto3_rekognition.type_defs import LabelTypeDef

TABLE = "bedside-table"

_THINGS = (
    ("Alarm clock", 0.91, 0.665, 0.21, 0.19, 0.2),
    ("Nightstand", 0.88, 0.49, 0.38, 0.5, 0.6),
    ("Bed", 0.83, 0.0, 0.3, 0.45, 0.68),
    ("Table", 0.8, 0.5, 0.38, 0.49, 0.6),
    ("Pillow", 0.61, 0.02, 0.31, 0.4, 0.5),
)
"""The table is the nightstand."""

DISTINCT = ["Alarm clock", "Nightstand", "Bed", "Pillow"]


def _vision() -> Labels:
    found = [
        {
            "name": name,
            "score": score,
            "boundingPoly": {
                "normalizedVertices": [
                    {"x": x, "y": y},
                    {"x": x + width, "y": y},
                    {"x": x + width, "y": y + height},
                    {"x": x, "y": y + height},
                ]
            },
        }
        for name, score, x, y, width, height in _THINGS
    ]
    answer = AnnotateImageResponse.from_json(json.dumps({"localizedObjectAnnotations": found}))
    return labels_of(answer, min_score=0.5, max_labels=10)


def _rekognition() -> Labels:
    found: list[LabelTypeDef] = [
        {
            "Name": name,
            "Confidence": 100 * score,
            "Instances": [{"BoundingBox": {"Left": x, "Top": y, "Width": width, "Height": height}}],
        }
        for name, score, x, y, width, height in _THINGS
    ]
    return labels(found, max_labels=10)


def _told(found: Labels) -> Sequence[Mapping[str, Any]]:
    return [
        {
            "description": each.name,
            "score": each.score,
            "points": 0,
            **kind_of(each),
            **({"box": asdict(each.box)} if each.box else {}),
        }
        for each in found
    ]


SEEN_BY = {"google-vision": _told(_vision()), "rekognition": _told(_rekognition())}
SEEN = SEEN_BY["google-vision"]
