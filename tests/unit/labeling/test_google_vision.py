"""What Vision is asked for, and what becomes of its answers as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from google.cloud.vision_v1 import (
    AnnotateImageResponse,
    BatchAnnotateImagesRequest,
    BatchAnnotateImagesResponse,
    Feature,
)
from google.rpc.status_pb2 import Status

from shared.errors import Failure, Misconfigured, Permanent, Transient
from shared.imaging import Picture, colors
from shared.labeling.provider import Wanted
from shared.labeling.providers.google_vision import MAX_INLINE_BYTES, PROVIDER, VisionSettings, create
from shared.labeling.providers.google_vision.client import Rpc, asking
from shared.labeling.providers.google_vision.recognizer import GoogleVision
from tests.fakes.imaging import FakeImaging
from tests.unit.labeling.visions import FakeVision, itself, labeled


def recognizer(vision: Rpc, max_labels: int = 10, place: str = "") -> GoogleVision:
    wanted = Wanted(max_labels=max_labels, timeout=1.0)
    return GoogleVision(lambda: asking(vision, place), FakeImaging(), wanted, min_score=0.5)


def names(outcomes: Sequence[object]) -> list[object]:
    return [outcome[0].name if isinstance(outcome, tuple) else outcome for outcome in outcomes]


def test_a_request_carries_no_more_bytes_than_its_json_form_may_have() -> None:
    vision = FakeVision()
    given = [bytes([65 + number]) * (MAX_INLINE_BYTES // 3) for number in range(4)]
    outcomes = recognizer(vision).label_many([Picture(content) for content in given])
    assert names(outcomes) == [content.decode() for content in given]
    contents = [[one.image.content for one in request.requests] for request in vision.requests]
    assert sorted(map(len, contents)) == [1, 3]
    assert max(4 / 3 * len(b"".join(each)) for each in contents) < 9_900_000, "base64 takes a third more"


def test_by_default_the_request_asks_for_labels_only_of_a_pinned_model_and_names_the_place() -> None:
    vision = FakeVision(lambda *_: labeled(("A", 0.9), ("B", 0.8), ("C", 0.7)))
    labels = recognizer(vision, 2, "projects/p/locations/eu").label(Picture(b"picture"))
    feature = {"type_": "LABEL_DETECTION", "max_results": 2, "model": "builtin/stable"}
    request = {"image": {"content": b"picture"}, "features": [feature]}
    assert vision.requests == [
        BatchAnnotateImagesRequest(parent="projects/p/locations/eu", requests=[request])
    ]
    assert [label.name for label in labels] == ["A", "B"], "no more are kept than were asked for"


def failing(code: int) -> FakeVision:
    """Answers with labels, and beside those of a broken picture with an error."""

    def answer(content: bytes, _: Sequence[Feature]) -> AnnotateImageResponse:
        response = itself(content)
        response.error = Status(code=code if content == b"broken" else 0, message="the reason")
        return response

    return FakeVision(answer)


@pytest.mark.parametrize(
    ("code", "kind", "reason"),
    [
        *((3, Permanent, "bad-picture"), (5, Permanent, "picture-gone"), (9, Permanent, "vision-refused")),
        *((4, Transient, "vision-timeout"), (8, Transient, "throttled"), (13, Transient, "vision-failed")),
        (14, Transient, "vision-unavailable"),
    ],
)
def test_an_error_in_an_answer_is_that_pictures(code: int, kind: type[Failure], reason: str) -> None:
    vision = failing(code)
    pictures = [Picture(content) for content in (b"good", b"broken", b"fine")]
    good, broken, fine = recognizer(vision).label_many(pictures)
    assert names([good, fine]) == ["good", "fine"]
    assert isinstance(broken, kind)
    assert broken.reason == reason
    assert f"the reason (code {code})" in str(broken)
    assert len(vision.requests) == 1


@pytest.mark.parametrize(("code", "setting"), [(7, "RECOGNIZER"), (16, "GOOGLE_APPLICATION_CREDENTIALS")])
def test_missing_rights_on_a_picture_are_a_fault_of_the_deployment(code: int, setting: str) -> None:
    with pytest.raises(Misconfigured, match="the reason") as raised:
        recognizer(failing(code)).label(Picture(b"broken"))
    assert raised.value.setting == setting


@pytest.mark.parametrize("answers", [1, 3])
def test_pictures_left_unanswered_are_transient_and_answers_to_nobody_mix_up_nothing(answers: int) -> None:
    def vision(request: dict[str, Any], *, retry: None, timeout: float) -> BatchAnnotateImagesResponse:
        whole = [*FakeVision()(request, retry=retry, timeout=timeout).responses, labeled(("More", 0.9))]
        return BatchAnnotateImagesResponse(responses=whole[:answers])

    first, second = recognizer(vision).label_many([Picture(b"a"), Picture(b"b")])
    assert names([first]) == ["a"]
    assert getattr(second, "reason", names([second])) == ("vision-incomplete" if answers == 1 else ["b"])
    assert isinstance(second, Transient) is (answers == 1)


def made(wanted: Wanted | None = None, **env: str) -> str:
    return create(VisionSettings.from_env(env), wanted or Wanted()).recognizer_id


def test_what_changes_labels_changes_the_recognizer_id_and_nothing_else_does() -> None:
    each = [Wanted(features=(name,)) for name in PROVIDER.features]
    variants = [Wanted(), Wanted(min_score=0.7), Wanted(max_labels=5), *each]
    both = made(Wanted(features=("logos", "text")))
    assert len({both, *map(made, variants)}) == len(variants) + 1
    assert made(Wanted(features=("text", "logos"))) == both
    assert made(Wanted(features=("colors",))).endswith(f"/colors-{colors.REVISION}")
    elsewhere = {"VISION_ENDPOINT": "grpc://127.0.0.1:1", "VISION_SAFE_SEARCH": "possible"}
    same = made(Wanted(min_score=0.5, timeout=3.0, project="p"), **elsewhere)
    assert same == made() == "google-vision/label-detection/builtin/stable/min=0.5/max=10"
