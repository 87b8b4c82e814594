from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from google.cloud.vision_v1 import AnnotateImageResponse, BatchAnnotateImagesRequest, EntityAnnotation
from google.rpc.status_pb2 import Status

from shared.errors import Failure, Misconfigured, Permanent, Transient
from shared.imaging import Picture, colors
from shared.labeling.providers import google_vision
from shared.labeling.providers.google_vision.asking import MAX_BATCH, MAX_INLINE_BYTES, Annotate, Asking
from shared.labeling.providers.google_vision.errors import CallFailed
from shared.labeling.providers.google_vision.features import Features
from shared.labeling.providers.google_vision.labeler import GoogleVision
from shared.labeling.providers.google_vision.looking import Whole
from tests.fakes.imaging import FakeImaging

ROOM = FakeImaging({b"": Permanent("unsupported-format", "nothing")})


class FakeVision:
    """Answers like the service: each picture's bytes are its label; b"bad" spoils a request as a whole."""

    def __init__(self, answers: Mapping[bytes, AnnotateImageResponse] | None = None) -> None:
        self.answers = answers or {}
        self.requests: list[BatchAnnotateImagesRequest] = []

    def __call__(self, request: Mapping[str, Any], deadline: float) -> Sequence[AnnotateImageResponse]:
        message = BatchAnnotateImagesRequest(request)
        self.requests.append(message)
        assert deadline > 0
        contents = [one.image.content for one in message.requests]
        if b"bad" in contents:
            raise CallFailed(3, "Invalid picture in the request.")
        return [self.answers.get(content) or answer((content.decode(), 0.9)) for content in contents]


def answer(*entities: tuple[str, float]) -> AnnotateImageResponse:
    annotations = [EntityAnnotation(description=name, score=score) for name, score in entities]
    return AnnotateImageResponse(label_annotations=annotations)


def failed(code: int, *entities: tuple[str, float]) -> AnnotateImageResponse:
    response = answer(*entities)
    response.error = Status(code=code, message="the reason")
    return response


def labeler(annotate: Annotate, *, max_labels: int = 10, parent: str = "") -> GoogleVision:
    return connecting(lambda: annotate, max_labels=max_labels, parent=parent)


def connecting(connect: Callable[[], Annotate], *, max_labels: int = 10, parent: str = "") -> GoogleVision:
    asking = Asking(connect, parent=parent, timeout=1.0)
    return GoogleVision(asking, Features(max_labels=max_labels), Whole(ROOM), min_score=0.5)


def pictures(*contents: str) -> list[Picture]:
    return [Picture(content.encode()) for content in contents]


def names(outcomes: Sequence[object]) -> list[object]:
    return [outcome[0].name if isinstance(outcome, tuple) else outcome for outcome in outcomes]


@pytest.mark.parametrize(
    ("count", "batches"), [(0, []), (1, [1]), (16, [16]), (17, [16, 1]), (33, [16, 16, 1])]
)
def test_a_request_carries_at_most_sixteen_pictures(count: int, batches: list[int]) -> None:
    vision = FakeVision()
    given = [f"p{number}" for number in range(count)]
    outcomes = labeler(vision).label_many(pictures(*given))
    assert [len(request.requests) for request in vision.requests] == batches
    assert names(outcomes) == given


def test_a_request_carries_no_more_bytes_than_its_json_form_may_have() -> None:
    vision = FakeVision(answers={})
    third = MAX_INLINE_BYTES // 3
    given = [bytes([65 + number]) * third for number in range(4)]
    outcomes = labeler(vision).label_many([Picture(content) for content in given])
    assert [len(request.requests) for request in vision.requests] == [3, 1]
    assert names(outcomes) == [content.decode() for content in given]
    largest = max(len(BatchAnnotateImagesRequest.to_json(request)) for request in vision.requests)
    assert largest <= 10_000_000


def test_what_cannot_be_sent_is_asked_of_nobody() -> None:
    vision = FakeVision()
    [first, refused, last] = labeler(vision).label_many(pictures("a", "", "b"))
    assert isinstance(refused, Permanent)
    assert refused.reason == "unsupported-format"
    assert names([first, last]) == ["a", "b"]
    assert [len(request.requests) for request in vision.requests] == [2]


def test_by_default_the_request_asks_for_labels_only_of_a_pinned_model_and_names_the_place() -> None:
    vision = FakeVision()
    labeler(vision, max_labels=7, parent="projects/p/locations/eu").label(Picture(b"picture"))
    feature = {"type_": "LABEL_DETECTION", "max_results": 7, "model": "builtin/stable"}
    assert vision.requests == [
        BatchAnnotateImagesRequest(
            parent="projects/p/locations/eu",
            requests=[{"image": {"content": b"picture"}, "features": [feature]}],
        )
    ]


def test_no_more_labels_are_returned_than_were_asked_for() -> None:
    vision = FakeVision({b"p": answer(("A", 0.9), ("B", 0.8), ("C", 0.7))})
    labels = labeler(vision, max_labels=2).label(Picture(b"p"))
    assert [label.name for label in labels] == ["A", "B"]


PICTURE_ERRORS = [
    (3, Permanent, "bad-picture"),
    (4, Transient, "vision-timeout"),
    (5, Permanent, "picture-gone"),
    (8, Transient, "throttled"),
    (9, Permanent, "vision-error-9"),
    (13, Transient, "vision-failed"),
    (14, Transient, "vision-unavailable"),
]


@pytest.mark.parametrize(("code", "kind", "reason"), PICTURE_ERRORS)
def test_an_error_inside_an_ok_answer_is_that_pictures_failure(
    code: int, kind: type[Failure], reason: str
) -> None:
    vision = FakeVision({b"broken": failed(code)})
    [good, broken, fine] = labeler(vision).label_many(pictures("good", "broken", "fine"))
    assert names([good, fine]) == ["good", "fine"]
    assert isinstance(broken, kind)
    assert broken.reason == reason
    assert "the reason" in str(broken)


def test_a_picture_that_may_not_be_read_loses_no_answer_beside_it() -> None:
    vision = FakeVision({b"b": failed(7)})
    a, denied, c = labeler(vision).label_many(pictures("a", "b", "c"))
    assert names([a, c]) == ["a", "c"]
    assert isinstance(denied, Transient)
    assert "the reason" in str(denied)
    with pytest.raises(Misconfigured, match="the reason"):
        labeler(vision).label_many(pictures("b"))


def test_labels_beside_an_error_do_not_count() -> None:
    vision = FakeVision({b"half": failed(13, ("Shoe", 0.9))})
    with pytest.raises(Transient):
        labeler(vision).label(Picture(b"half"))


@pytest.mark.parametrize(("code", "setting"), [(7, "LABELER"), (16, "GOOGLE_APPLICATION_CREDENTIALS")])
def test_missing_rights_on_a_picture_are_a_fault_of_the_deployment(code: int, setting: str) -> None:
    vision = FakeVision({b"a": failed(code)})
    with pytest.raises(Misconfigured, match="the reason") as raised:
        labeler(vision).label(Picture(b"a"))
    assert raised.value.setting == setting


def test_pictures_the_service_leaves_unanswered_are_transient() -> None:
    def forgetful(request: Mapping[str, Any], _: float) -> Sequence[AnnotateImageResponse]:
        return FakeVision()(request, 1)[:-1]

    [answered, forgotten] = labeler(forgetful).label_many(pictures("a", "b"))
    assert names([answered]) == ["a"]
    assert isinstance(forgotten, Transient)
    assert forgotten.reason == "vision-incomplete"


def test_more_answers_than_pictures_are_not_mixed_up() -> None:
    def chatty(request: Mapping[str, Any], _: float) -> Sequence[AnnotateImageResponse]:
        return [*FakeVision()(request, 1), answer(("More", 0.9))]

    assert names(labeler(chatty).label_many(pictures("a"))) == ["a"]


def test_a_picture_that_spoils_its_batch_fails_alone() -> None:
    vision = FakeVision()
    outcomes = labeler(vision).label_many(pictures("a", "bad", "c"))
    assert names([outcomes[0], outcomes[2]]) == ["a", "c"]
    assert isinstance(outcomes[1], Permanent)
    assert [len(request.requests) for request in vision.requests] == [3, 1, 1, 1]


def test_a_failed_call_fails_the_pictures_of_its_batch_and_no_others() -> None:
    calls = iter([CallFailed(8, "Quota exceeded."), None])

    def throttled_once(request: Mapping[str, Any], _: float) -> Sequence[AnnotateImageResponse]:
        if error := next(calls):
            raise error
        return FakeVision()(request, 1)

    outcomes = labeler(throttled_once).label_many(pictures(*(f"p{n}" for n in range(MAX_BATCH + 2))))
    assert all(isinstance(outcome, Transient) for outcome in outcomes[:MAX_BATCH])
    assert names(outcomes[MAX_BATCH:]) == ["p16", "p17"]


def test_the_batch_and_its_single_retries_share_one_deadline() -> None:
    deadlines: list[float] = []

    def noted(request: Mapping[str, Any], deadline: float) -> Sequence[AnnotateImageResponse]:
        deadlines.append(deadline)
        return FakeVision()(request, deadline)

    labeler(noted).label_many(pictures("a", "bad"))
    assert len(deadlines) == 3
    assert len(set(deadlines)) == 1


def test_the_client_is_connected_once_for_all_threads_and_not_before_the_first_picture() -> None:
    connected: list[FakeVision] = []

    def connect() -> FakeVision:
        connected.append(FakeVision())
        return connected[-1]

    shared = connecting(connect)
    assert shared.label_many([]) == []
    assert not connected
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(shared.label, pictures(*(f"p{n}" for n in range(32)))))
    assert names(outcomes) == [f"p{n}" for n in range(32)]
    assert len(connected) == 1


def test_settings_that_change_labels_change_the_recogniser_id() -> None:
    variants = [
        google_vision.create(),
        google_vision.create(min_score=0.7),
        google_vision.create(max_labels=5),
        google_vision.create(objects="boxes"),
        google_vision.create(objects="largest"),
        google_vision.create(logos=True),
        google_vision.create(text=True),
        google_vision.create(colours=True),
        google_vision.create(logos=True, text=True),
    ]
    assert len({variant.recogniser_id for variant in variants}) == len(variants)


def test_naming_colours_differently_changes_the_recogniser_id() -> None:
    assert google_vision.create(colours=True).recogniser_id.endswith(f"/colours-{colors.REVISION}")


def test_other_settings_leave_the_recogniser_id_as_it_is_remembered() -> None:
    same = google_vision.create(
        endpoint="grpc://127.0.0.1:1", timeout=3, min_score=0.5, safe_search="possible"
    )
    remembered = "google-vision/label-detection/builtin/stable/min=0.5/max=10"
    assert same.recogniser_id == google_vision.create().recogniser_id == remembered
