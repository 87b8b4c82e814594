"""The promises of the port `Recognizer`, on every implementation.

A recognizer without a vendor is made of its example. For one with a vendor, a file `subjects_<folder>.py`
beside this one has functions called `subject` or `subject_<variant>`, each of which stands in for the vendor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

from shared.errors import Failure, Permanent, Reason
from shared.imaging import LIMITS, Picture
from shared.labeling import Recognizer, registry
from shared.labeling.provider import Provider, Wanted
from shared.labeling.providers import embedded
from shared.model import Label, Labels
from tests.contract.recognizer_contract import BAD_PICTURES, PHOTOS, Subject
from tests.fakes.imaging import FakeImaging
from tests.fakes.recognizer import FakeRecognizer
from tests.heads import chance_head
from tests.models import embedded_model

PICTURES = [Picture(photo) for photo in PHOTOS]

Opened = AbstractContextManager[Subject]
Making = Callable[[Path], Opened]
"""Makes a subject, with the embedded model's file at hand."""


def _fake(_: Path) -> Opened:
    answers: dict[bytes, Labels | Failure] = {
        photo: (Label("Shoe", 0.9), Label(f"Shape {number}", 0.5)) for number, photo in enumerate(PHOTOS)
    }
    recognizer = FakeRecognizer(answers, Permanent(Reason.BAD_PICTURE, "not known"))
    return nullcontext(Subject(recognizer, FakeImaging(), lambda: len(recognizer.asked)))


def _embedded(model: Path, **env: str) -> Recognizer:
    settings = embedded.EmbeddedSettings.from_env({"EMBEDDED_MODEL": str(model), **env})
    return embedded.create(settings, Wanted())


def _taught(model: Path) -> Opened:
    """With classes of a shop's own, one of them named like a label of the model's."""
    settings = embedded.EmbeddedSettings.from_env({"EMBEDDED_MODEL": str(model)})
    file = model.with_name("head.json")
    encoder_id = embedded.create_encoder(settings).encoder_id
    file.write_text(chance_head(encoder_id, ("Espadrille", "FOOTWEAR", "Gilet")).as_json())
    return nullcontext(Subject(_embedded(model, EMBEDDED_HEAD=str(file))))


def _example(provider: Provider, _: Path) -> Opened:
    settings = provider.settings.from_env(provider.example)
    return nullcontext(Subject(registry.create(provider.name, settings, Wanted())))


def _standing_in(provider: Provider) -> Iterator[tuple[str, Making]]:
    module = f"tests.contract.subjects_{provider.folder}"
    written = vars(import_module(module)) if find_spec(module) else {}
    for name, make in written.items():
        if name.startswith("subject"):
            yield name.replace("subject", provider.name), partial(_before, make)


def _before(make: Callable[[Recognizer], Opened], model: Path) -> Opened:
    return make(_embedded(model))


def _subjects() -> Iterator[tuple[str, Making]]:
    yield "fake", _fake
    yield "embedded", lambda model: nullcontext(Subject(_embedded(model)))
    yield "embedded_taught", _taught
    for provider in registry.RECOGNIZERS.values():
        if provider.calls:
            yield from _standing_in(provider)
        elif provider.settings is not embedded.EmbeddedSettings:
            yield provider.name, partial(_example, provider)


SUBJECTS = dict(_subjects())


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return embedded_model(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="session", params=SUBJECTS)
def subject(request: pytest.FixtureRequest, model: Path) -> Iterator[Subject]:
    with SUBJECTS[request.param](model) as made:
        yield made


@pytest.mark.parametrize("provider", registry.RECOGNIZERS.values(), ids=registry.RECOGNIZERS)
def test_every_recognizer_is_held_to_the_promises(provider: Provider) -> None:
    file = f"tests/contract/subjects_{provider.folder}.py"
    assert provider.name in SUBJECTS, f"write a subject for {provider.name}: subject() in {file}"


def test_labels_come_best_first_with_scores_in_0_to_1(subject: Subject) -> None:
    for picture in PICTURES[:5]:
        scores = [label.score for label in subject.recognizer.label(picture)]
        assert scores == sorted(scores, reverse=True)
        assert all(0 <= score <= 1 for score in scores)


def test_a_picture_has_each_label_once(subject: Subject) -> None:
    for picture in PICTURES[:5]:
        names = [label.name.casefold() for label in subject.recognizer.label(picture)]
        assert len(names) == len(set(names))


def test_many_pictures_get_their_own_labels_in_order_and_in_any_thread_for_a_call_each_at_most(
    subject: Subject,
) -> None:
    alone = [subject.recognizer.label(picture) for picture in PICTURES]
    assert len(set(alone)) > 1
    before = subject.calls()
    assert subject.recognizer.label_many(PICTURES) == alone
    assert subject.calls() - before <= subject.calls_each * len(PICTURES)
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(subject.recognizer.label, PICTURES)) == alone


def test_a_raster_is_labeled_too(subject: Subject) -> None:
    raster = Picture(raster=subject.imaging.raster(PICTURES[0]))
    [again, _] = subject.recognizer.label_many([raster, PICTURES[1]])
    assert subject.recognizer.label(raster) == again != ()


def test_no_pictures_get_no_labels(subject: Subject) -> None:
    assert subject.recognizer.label_many([]) == []


@pytest.mark.parametrize("content", BAD_PICTURES.values(), ids=BAD_PICTURES.keys())
def test_a_bad_picture_is_a_permanent_failure(subject: Subject, content: bytes) -> None:
    with pytest.raises(Permanent):
        subject.recognizer.label(Picture(content))


def test_a_file_of_too_many_bytes_is_a_permanent_failure(subject: Subject) -> None:
    content = PHOTOS[0] + bytes(LIMITS.max_bytes)
    with pytest.raises(Permanent):
        subject.recognizer.label(Picture(content))


def test_a_bad_picture_fails_alone(subject: Subject) -> None:
    first, second = PICTURES[:2]
    bad = Picture(BAD_PICTURES["no picture"])
    outcomes = subject.recognizer.label_many([first, bad, second])
    assert isinstance(outcomes[1], Permanent)
    assert [outcomes[0], outcomes[2]] == subject.recognizer.label_many([first, second])


def test_the_recognizer_id_begins_with_the_name(subject: Subject) -> None:
    assert subject.recognizer.recognizer_id.startswith(f"{subject.recognizer.name}/")
