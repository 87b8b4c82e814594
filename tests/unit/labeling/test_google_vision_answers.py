"""From one answer of Vision's to labels, and to refusals."""

from __future__ import annotations

import pytest
from google.cloud.vision_v1 import (
    AnnotateImageResponse,
    EntityAnnotation,
    Likelihood,
    LocalizedObjectAnnotation,
    SafeSearchAnnotation,
)
from hypothesis import given
from hypothesis import strategies as st
from PIL import ImageColor

from shared.errors import Permanent
from shared.labeling.providers.google_vision import SafeSearch
from shared.labeling.providers.google_vision.answers import TEXT_SCORE, labels_of, largest_object, refusal
from shared.model import Crop, Label

Entities = list[tuple[str, float]]
Corners = tuple[tuple[float, float], ...]


def entities(*found: tuple[str, float]) -> list[EntityAnnotation]:
    return [EntityAnnotation(description=name, score=score) for name, score in found]


def an_object(name: str, score: float, *corners: tuple[float, float]) -> LocalizedObjectAnnotation:
    vertices = [{"x": x, "y": y} for x, y in corners]
    return LocalizedObjectAnnotation(name=name, score=score, bounding_poly={"normalized_vertices": vertices})


def boxed(name: str, score: float, box: Crop) -> LocalizedObjectAnnotation:
    right, bottom = box.x + box.width, box.y + box.height
    return an_object(name, score, (box.x, box.y), (right, box.y), (right, bottom), (box.x, bottom))


def objects(*found: LocalizedObjectAnnotation) -> AnnotateImageResponse:
    return AnnotateImageResponse(localized_object_annotations=found)


def words(*found: str) -> AnnotateImageResponse:
    return AnnotateImageResponse(
        text_annotations=[{"description": word} for word in (" ".join(found), *found)]
    )


def colors(*found: tuple[str, float]) -> AnnotateImageResponse:
    shades = [
        {
            "color": dict(zip(("red", "green", "blue"), ImageColor.getrgb(name), strict=True)),
            "pixel_fraction": share,
        }
        for name, share in found
    ]
    return AnnotateImageResponse(image_properties_annotation={"dominant_colors": {"colors": shades}})


def read(answer: AnnotateImageResponse, max_labels: int = 10) -> Entities:
    labels = labels_of(answer, 0.5, max_labels)
    return [(label.name, round(label.score, 4)) for label in labels]


@pytest.mark.parametrize(
    ("found", "labels"),
    [
        ([("Shoe", 0.9), ("Footwear", 0.8)], [("Shoe", 0.9), ("Footwear", 0.8)]),
        ([("Shoe", 0.5), ("Boot", 0.49)], [("Shoe", 0.5)]),
        ([("Shoe", 1.2)], [("Shoe", 1.0)]),
        ([("", 0.9), (" ", 0.9), (" Shoe ", 0.8)], [("Shoe", 0.8)]),
        ([("Shoe", float("nan"))], []),
        ([], []),
    ],
)
def test_labels_are_cleaned(found: Entities, labels: Entities) -> None:
    assert read(AnnotateImageResponse(label_annotations=entities(*found))) == labels


NAMES, SCORES = st.text(max_size=3), st.floats(width=32)
FOUND = st.lists(st.tuples(NAMES, SCORES))
PLACED = st.lists(st.tuples(NAMES, SCORES, st.lists(st.tuples(SCORES, SCORES), max_size=4)))


@given(FOUND, FOUND, PLACED, st.lists(NAMES), st.floats(0, 1))
def test_whatever_vision_says_the_promises_of_the_port_are_kept(
    labels: Entities, logos: Entities, placed: list[tuple[str, float, Corners]], text: list[str], least: float
) -> None:
    answer = AnnotateImageResponse(
        label_annotations=entities(*labels),
        logo_annotations=entities(*logos),
        localized_object_annotations=[an_object(name, score, *corners) for name, score, corners in placed],
        text_annotations=words(*text).text_annotations,
    )
    read = labels_of(answer, least, 10)
    scores = [label.score for label in read]
    assert scores == sorted(scores, reverse=True)
    assert all(least <= label.score <= 1 for label in read if label.kind != "text")
    assert len({label.name.casefold() for label in read}) == len(read)


TILTED = ((0.5, 0.125), (0.75, 0.25), (0.5, 0.5), (0.25, 0.25))
WRITTEN = ("Summer", "SALE", "-", "%%", "x", "sale", "a" * 41, "501")


@pytest.mark.parametrize(
    ("answer", "labels"),
    [
        (
            objects(an_object("Shoe", 0.75, *TILTED)),
            [Label("Shoe", 0.75, "object", Crop(0.25, 0.125, 0.5, 0.375))],
        ),
        (objects(an_object("Shoe", 0.75)), [Label("Shoe", 0.75, "object")]),
        (objects(an_object("Shoe", 0.75, (0.5, 0.5))), [Label("Shoe", 0.75, "object")]),
        (
            AnnotateImageResponse(logo_annotations=entities(("Acme", 0.75), ("Globex", 0.25))),
            [Label("Acme", 0.75, "logo")],
        ),
        (words(*WRITTEN), [Label(word, TEXT_SCORE, "text") for word in ("Summer", "SALE", "501")]),
        (
            colors(("navy", 0.25), ("blue", 0.125), ("red", 0.09), ("white", 0.5)),
            [Label("white", 0.5, "color"), Label("blue", 0.375, "color")],
        ),
    ],
    ids=["around an outline", "no outline", "no area", "logo", "words once, no noise", "shades add up"],
)
def test_each_kind_of_answer_is_a_kind_of_label(answer: AnnotateImageResponse, labels: list[Label]) -> None:
    assert list(labels_of(answer, 0.5, 10)) == labels


def test_a_name_is_given_once_by_the_surest_kind_and_of_equals_as_a_label() -> None:
    answer = AnnotateImageResponse(
        label_annotations=entities(("Shoe", 0.75), ("Acme", 0.75)),
        logo_annotations=entities(("ACME", 0.875)),
        localized_object_annotations=[boxed("shoe", 0.75, Crop(0, 0, 0.5, 0.5))],
    )
    assert labels_of(answer, 0.5, 10) == (
        Label("ACME", 0.875, "logo"),
        Label("Shoe", 0.75, box=Crop(0, 0, 0.5, 0.5)),
    )


def test_each_kind_has_as_many_labels_as_are_kept() -> None:
    answer = AnnotateImageResponse(
        label_annotations=entities(("A", 0.9), ("B", 0.8), ("C", 0.7)),
        text_annotations=words("one", "two", "three").text_annotations,
    )
    assert [name for name, _ in read(answer, 2)] == ["A", "B", "one", "two"]


def test_the_largest_object_is_the_largest_by_area_that_is_sure_and_no_person() -> None:
    shoe = Crop(0.25, 0.5, 0.5, 0.25)
    answer = objects(
        boxed("Person", 0.9, Crop(0, 0, 1, 1)),
        boxed("Table", 0.4, Crop(0, 0, 0.75, 0.75)),
        boxed("Belt", 0.9, Crop(0, 0.5, 0.75, 0.125)),
        boxed("Shoe", 0.6, shoe),
    )
    assert largest_object(answer, 0.5) == shoe


@pytest.mark.parametrize("found", [(), (boxed("Man", 0.9, Crop(0, 0, 1, 1)),), (an_object("Shoe", 0.9),)])
def test_there_may_be_no_largest_object(found: tuple[LocalizedObjectAnnotation, ...]) -> None:
    assert largest_object(objects(*found), 0.5) is None


@pytest.mark.parametrize("kind", ["adult", "violence", "racy"])
@pytest.mark.parametrize(
    ("setting", "refused"),
    [
        ("", []),
        ("possible", [Likelihood.POSSIBLE, Likelihood.LIKELY, Likelihood.VERY_LIKELY]),
        ("likely", [Likelihood.LIKELY, Likelihood.VERY_LIKELY]),
        ("very-likely", [Likelihood.VERY_LIKELY]),
    ],
)
def test_a_picture_is_unsafe_from_the_likelihood_that_is_set(
    setting: SafeSearch, refused: list[Likelihood], kind: str
) -> None:
    unsafe = []
    for likelihood in map(Likelihood, range(6)):
        answer = AnnotateImageResponse(safe_search_annotation=SafeSearchAnnotation({kind: likelihood}))
        if failure := refusal(answer, setting):
            assert isinstance(failure, Permanent)
            assert failure.reason == "unsafe-picture"
            assert kind in str(failure)
            unsafe.append(likelihood)
    assert unsafe == refused


def test_a_spoof_or_a_medical_picture_is_none_to_refuse() -> None:
    harmless = SafeSearchAnnotation(spoof=Likelihood.VERY_LIKELY, medical=Likelihood.VERY_LIKELY)
    assert refusal(AnnotateImageResponse(safe_search_annotation=harmless), "possible") is None
