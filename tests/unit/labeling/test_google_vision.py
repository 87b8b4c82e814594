"""What Vision is asked for, and what becomes of its answers as a whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from google.cloud.vision_v1 import (
    AnnotateImageResponse,
    BatchAnnotateImagesRequest,
    BatchAnnotateImagesResponse,
    EntityAnnotation,
)
from google.rpc.status_pb2 import Status

from shared.errors import Failure, Misconfigured, Permanent, Transient
from shared.imaging import Picture, colors
from shared.labeling.provider import Wanted
from shared.labeling.providers.google_vision import MAX_INLINE_BYTES, PROVIDER, VisionSettings, create
from shared.labeling.providers.google_vision.client import Rpc, asking
from shared.labeling.providers.google_vision.recognizer import GoogleVision
from tests.fakes.imaging import FakeImaging


class FakeVision:
    """Answers like the service: each picture's bytes are its label."""

    def __init__(self, answers: Mapping[bytes, AnnotateImageResponse] | None = None) -> None:
        self.answers = answers or {}
        self.requests: list[BatchAnnotateImagesRequest] = []

    def __call__(
        self, request: dict[str, Any], *, retry: None, timeout: float
    ) -> BatchAnnotateImagesResponse:
        assert retry is None
        assert timeout > 0
        self.requests.append(BatchAnnotateImagesRequest(request))
        contents = [one.image.content for one in self.requests[-1].requests]
        return BatchAnnotateImagesResponse(responses=list(map(self._answer, contents)))

    def _answer(self, content: bytes) -> AnnotateImageResponse:
        return self.answers.get(content) or answer((content.decode(), 0.9))

    @property
    def sizes(self) -> list[int]:
        """How many pictures each request had; several are asked at a time, in any order."""
        return sorted((len(request.requests) for request in self.requests), reverse=True)


def answer(*entities: tuple[str, float]) -> AnnotateImageResponse:
    annotations = [EntityAnnotation(description=name, score=score) for name, score in entities]
    return AnnotateImageResponse(label_annotations=annotations)


def failed(code: int, *entities: tuple[str, float]) -> AnnotateImageResponse:
    response = answer(*entities)
    response.error = Status(code=code, message="the reason")
    return response


def recognizer(vision: Rpc, *, max_labels: int = 10, place: str = "") -> GoogleVision:
    wanted = Wanted(max_labels=max_labels, timeout=1.0)
    return GoogleVision(lambda: asking(vision, place), FakeImaging(), wanted, min_score=0.5)


def pictures(*contents: str) -> list[Picture]:
    return [Picture(content.encode()) for content in contents]


def names(outcomes: Sequence[object]) -> list[object]:
    return [outcome[0].name if isinstance(outcome, tuple) else outcome for outcome in outcomes]


def test_a_request_carries_no_more_bytes_than_its_json_form_may_have() -> None:
    vision, third = FakeVision(), MAX_INLINE_BYTES // 3
    given = [bytes([65 + number]) * third for number in range(4)]
    outcomes = recognizer(vision).label_many([Picture(content) for content in given])
    assert vision.sizes == [3, 1]
    assert names(outcomes) == [content.decode() for content in given]
    assert max(len(BatchAnnotateImagesRequest.to_json(request)) for request in vision.requests) <= 10_000_000


def test_by_default_the_request_asks_for_labels_only_of_a_pinned_model_and_names_the_place() -> None:
    vision = FakeVision()
    recognizer(vision, max_labels=7, place="projects/p/locations/eu").label(Picture(b"picture"))
    feature = {"type_": "LABEL_DETECTION", "max_results": 7, "model": "builtin/stable"}
    assert vision.requests == [
        BatchAnnotateImagesRequest(
            parent="projects/p/locations/eu",
            requests=[{"image": {"content": b"picture"}, "features": [feature]}],
        )
    ]


def test_no_more_labels_are_returned_than_were_asked_for() -> None:
    vision = FakeVision({b"p": answer(("A", 0.9), ("B", 0.8), ("C", 0.7))})
    labels = recognizer(vision, max_labels=2).label(Picture(b"p"))
    assert [label.name for label in labels] == ["A", "B"]


@pytest.mark.parametrize(
    ("code", "kind", "reason"),
    [
        (3, Permanent, "bad-picture"),
        (4, Transient, "vision-timeout"),
        (5, Permanent, "picture-gone"),
        (8, Transient, "throttled"),
        (9, Permanent, "vision-refused"),
        (13, Transient, "vision-failed"),
        (14, Transient, "vision-unavailable"),
    ],
)
def test_an_error_inside_an_ok_answer_is_that_pictures_failure_and_its_labels_do_not_count(
    code: int, kind: type[Failure], reason: str
) -> None:
    vision = FakeVision({b"broken": failed(code, ("Shoe", 0.9))})
    [good, broken, fine] = recognizer(vision).label_many(pictures("good", "broken", "fine"))
    assert names([good, fine]) == ["good", "fine"]
    assert isinstance(broken, kind)
    assert broken.reason == reason
    assert f"the reason (code {code})" in str(broken)
    assert len(vision.requests) == 1


@pytest.mark.parametrize(("code", "setting"), [(7, "RECOGNIZER"), (16, "GOOGLE_APPLICATION_CREDENTIALS")])
def test_missing_rights_on_a_picture_are_a_fault_of_the_deployment(code: int, setting: str) -> None:
    with pytest.raises(Misconfigured, match="the reason") as raised:
        recognizer(FakeVision({b"a": failed(code)})).label(Picture(b"a"))
    assert raised.value.setting == setting


@pytest.mark.parametrize("answers", [1, 3])
def test_pictures_left_unanswered_are_transient_and_answers_to_nobody_mix_up_nothing(answers: int) -> None:
    def vision(request: dict[str, Any], *, retry: None, timeout: float) -> BatchAnnotateImagesResponse:
        whole = [*FakeVision()(request, retry=retry, timeout=timeout).responses, answer(("More", 0.9))]
        return BatchAnnotateImagesResponse(responses=whole[:answers])

    first, second = recognizer(vision).label_many(pictures("a", "b"))
    assert names([first]) == ["a"]
    if answers > 1:
        assert names([second]) == ["b"]
    else:
        assert isinstance(second, Transient)
        assert second.reason == "vision-incomplete"


def made(wanted: Wanted | None = None, **env: str) -> str:
    return create(VisionSettings.from_env(env), wanted or Wanted()).recognizer_id


def test_what_changes_labels_changes_the_recognizer_id() -> None:
    each = [Wanted(features=(name,)) for name in PROVIDER.features]
    variants = [Wanted(), Wanted(min_score=0.7), Wanted(max_labels=5), *each]
    ids = {made(wanted) for wanted in [*variants, Wanted(features=("logos", "text"))]}
    assert len(ids) == len(variants) + 1


def test_other_settings_leave_the_recognizer_id_as_it_is_remembered() -> None:
    elsewhere = {"VISION_ENDPOINT": "grpc://127.0.0.1:1", "VISION_SAFE_SEARCH": "possible"}
    same = made(Wanted(min_score=0.5, timeout=3.0, project="p"), **elsewhere)
    assert same == made() == "google-vision/label-detection/builtin/stable/min=0.5/max=10"
    assert made(Wanted(features=("colors",))).endswith(f"/colors-{colors.REVISION}")
    assert made(Wanted(features=("text", "logos"))) == made(Wanted(features=("logos", "text")))
