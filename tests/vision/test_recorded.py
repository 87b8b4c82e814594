"""Answers of the real service that somebody recorded in public, in `EVAL_DATA` where that is set."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from google.cloud.vision_v1 import AnnotateImageResponse

from shared.labeling.providers.google_vision.answers import labels_of, refusal

FOLDER = Path(os.environ.get("EVAL_DATA", os.devnull)) / "vision-responses"
SHAPE: Mapping[str, Any] = {
    "labelAnnotations": [
        {"mid": "/m/09j5n", "description": "footwear", "score": 0.98, "topicality": 0.98},
        {"mid": "/m/06rrc", "description": "shoe", "score": 0.91},
    ],
    "logoAnnotations": [{"mid": "/m/0lwkh", "description": "Nike", "score": 0.77, "boundingPoly": {}}],
    "safeSearchAnnotation": {"adult": "VERY_UNLIKELY", "violence": "LIKELY"},
}
"""What the recordings have in common, by hand: so much is parsed everywhere."""


def recorded() -> Iterator[Mapping[str, Any]]:
    yield SHAPE
    for path in sorted(FOLDER.glob("*/*.json")):
        yield from json.loads(path.read_text(encoding="utf-8"))["responses"]


def _logos(answer: Mapping[str, Any]) -> set[str]:
    """The names of logos that are seen clearly enough."""
    return {
        each["description"].casefold() for each in answer.get("logoAnnotations", ()) if each["score"] >= 0.5
    }


def test_every_recorded_answer_is_understood() -> None:
    for answer in recorded():
        message = AnnotateImageResponse.from_json(json.dumps(answer), ignore_unknown_fields=True)
        labels = labels_of(message, min_score=0.5, max_labels=10)
        plain = [label.score for label in labels if label.kind == "label"]
        assert plain
        assert plain == sorted(plain, reverse=True)
        assert all(0.5 <= score <= 1 for score in plain)
        assert _logos(answer) == {label.name.casefold() for label in labels if label.kind == "logo"}
        assert refusal(message, "") is None


def test_safe_search_is_read_from_its_words() -> None:
    message = AnnotateImageResponse.from_json(json.dumps(SHAPE))
    assert refusal(message, "very-likely") is None
    assert "violence" in str(refusal(message, "likely"))
