"""The promises of the port `Labeler`, on every implementation."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from shared.errors import Failure, Permanent
from shared.imaging import LIMITS, Picture
from shared.labeling.providers import embedded as embedded_provider
from shared.model import Label, Labels
from tests.contract import subjects_rekognition, subjects_visenze, subjects_vision
from tests.contract.labeler_contract import BAD_PICTURES, PHOTOS, Subject
from tests.fakes.imaging import FakeImaging
from tests.fakes.labeler import FakeLabeler
from tests.heads import chance_head
from tests.models import embedded_model

PICTURES = [Picture(photo) for photo in PHOTOS]


@pytest.fixture(scope="session")
def fake() -> Subject:
    answers: dict[bytes, Labels | Failure] = {
        photo: (Label("Shoe", 0.9), Label(f"Shape {number}", 0.5)) for number, photo in enumerate(PHOTOS)
    }
    labeler = FakeLabeler(answers, Permanent("bad-picture", "not known"))
    return Subject(labeler, FakeImaging(), lambda: len(labeler.asked))


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(embedded_model(tmp_path_factory.mktemp("model")))


@pytest.fixture(scope="session")
def embedded(model: str) -> Subject:
    return Subject(embedded_provider.create(model_path=model))


@pytest.fixture(scope="session")
def taught(model: str, tmp_path_factory: pytest.TempPathFactory) -> Subject:
    """The embedded recogniser with classes of a shop's own, one of them named like a label of the model's."""
    encoder_id = embedded_provider.create_encoder(model_path=model).encoder_id
    file = tmp_path_factory.mktemp("head") / "head.json"
    file.write_text(chance_head(encoder_id, ("Espadrille", "FOOTWEAR", "Gilet")).as_json())
    return Subject(embedded_provider.create(model_path=model, head=str(file)))


@pytest.fixture(scope="session")
def google_vision(embedded: Subject) -> Iterator[Subject]:
    with subjects_vision.subject(embedded.labeler) as subject:
        yield subject


@pytest.fixture(scope="session")
def google_vision_boxes(embedded: Subject) -> Iterator[Subject]:
    with subjects_vision.every_feature(embedded.labeler, "boxes") as subject:
        yield subject


@pytest.fixture(scope="session")
def google_vision_largest(embedded: Subject) -> Iterator[Subject]:
    with subjects_vision.every_feature(embedded.labeler, "largest") as subject:
        yield subject


@pytest.fixture(scope="session")
def rekognition(embedded: Subject) -> Iterator[Subject]:
    with subjects_rekognition.subject(embedded.labeler) as subject:
        yield subject


@pytest.fixture(scope="session")
def visenze(embedded: Subject) -> Iterator[Subject]:
    with subjects_visenze.subject(embedded.labeler) as subject:
        yield subject


SUBJECTS = (
    "fake",
    "embedded",
    "taught",
    "google_vision",
    "google_vision_boxes",
    "google_vision_largest",
    "rekognition",
    "visenze",
)


@pytest.fixture(params=SUBJECTS)
def subject(request: pytest.FixtureRequest) -> Subject:
    chosen: Subject = request.getfixturevalue(request.param)
    return chosen


def test_labels_come_best_first_with_scores_in_0_to_1(subject: Subject) -> None:
    for picture in PICTURES:
        scores = [label.score for label in subject.labeler.label(picture)]
        assert scores == sorted(scores, reverse=True)
        assert all(0 <= score <= 1 for score in scores)


def test_a_picture_has_each_label_once(subject: Subject) -> None:
    for picture in PICTURES:
        names = [label.name.casefold() for label in subject.labeler.label(picture)]
        assert len(names) == len(set(names))


def test_many_pictures_get_their_own_labels_in_order(subject: Subject) -> None:
    alone = [subject.labeler.label(picture) for picture in PICTURES]
    assert len(set(alone)) > 1
    assert subject.labeler.label_many(PICTURES) == alone


def test_a_raster_is_labeled_too(subject: Subject) -> None:
    raster = Picture(raster=subject.imaging.raster(PICTURES[0]))
    [again, _] = subject.labeler.label_many([raster, PICTURES[1]])
    assert subject.labeler.label(raster) == again != ()


def test_no_pictures_get_no_labels(subject: Subject) -> None:
    assert subject.labeler.label_many([]) == []


def test_a_picture_costs_no_more_calls_than_settings_ask_for(subject: Subject) -> None:
    before = subject.calls()
    subject.labeler.label_many(PICTURES)
    assert subject.calls() - before <= subject.calls_each * len(PICTURES)


@pytest.mark.parametrize("content", BAD_PICTURES.values(), ids=BAD_PICTURES.keys())
def test_a_bad_picture_is_a_permanent_failure(subject: Subject, content: bytes) -> None:
    with pytest.raises(Permanent):
        subject.labeler.label(Picture(content))


def test_a_file_of_too_many_bytes_is_a_permanent_failure(subject: Subject) -> None:
    content = PHOTOS[0] + bytes(LIMITS.max_bytes)
    with pytest.raises(Permanent):
        subject.labeler.label(Picture(content))


def test_a_bad_picture_fails_alone(subject: Subject) -> None:
    first, second = PICTURES[:2]
    bad = Picture(BAD_PICTURES["no picture"])
    outcomes = subject.labeler.label_many([first, bad, second])
    assert isinstance(outcomes[1], Permanent)
    assert [outcomes[0], outcomes[2]] == subject.labeler.label_many([first, second])


def test_threads_may_share_a_labeler(subject: Subject) -> None:
    expected = subject.labeler.label_many(PICTURES)
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(subject.labeler.label, PICTURES)) == expected


def test_the_recogniser_id_begins_with_the_name(subject: Subject) -> None:
    assert subject.labeler.recogniser_id.startswith(f"{subject.labeler.name}/")
