"""Google's method for tests, without its client."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from google.cloud.vision_v1 import (
    AnnotateImageResponse,
    BatchAnnotateImagesRequest,
    BatchAnnotateImagesResponse,
    EntityAnnotation,
    Feature,
)

Answer = Callable[[bytes, Sequence[Feature]], AnnotateImageResponse]


def labeled(*found: tuple[str, float]) -> AnnotateImageResponse:
    annotations = [EntityAnnotation(description=name, score=score) for name, score in found]
    return AnnotateImageResponse(label_annotations=annotations)


def itself(content: bytes, _: Sequence[Feature] = ()) -> AnnotateImageResponse:
    """The label of a picture that is its own name."""
    return labeled((content.decode(), 0.9))


class FakeVision:
    """Answers about each picture, but for calls to which there is an error; remembers what it was asked."""

    def __init__(self, answer: Answer = itself, errors: Sequence[Exception | None] = ()) -> None:
        self.requests: list[BatchAnnotateImagesRequest] = []
        self.timeouts: list[float] = []
        self._answer = answer
        self._errors = iter(errors)

    def __call__(
        self, request: dict[str, Any], *, retry: None, timeout: float
    ) -> BatchAnnotateImagesResponse:
        assert retry is None
        assert timeout > 0
        asked = BatchAnnotateImagesRequest(request)
        self.requests.append(asked)
        self.timeouts.append(timeout)
        if error := next(self._errors, None):
            raise error
        answers = [self._answer(one.image.content, one.features) for one in asked.requests]
        return BatchAnnotateImagesResponse(responses=answers)
