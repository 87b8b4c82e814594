"""From one answer of Vision's to labels, and to refusals."""

from __future__ import annotations

from typing import Any

import pytest
from google.cloud.vision_v1 import AnnotateImageResponse, Likelihood, SafeSearchAnnotation
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ImageColor

from shared.errors import Permanent
from shared.labeling.providers.google_vision import SafeSearch
from shared.labeling.providers.google_vision.answers import TEXT_SCORE, labels_of, largest_object, refusal
from shared.model import Crop, Label
from tests.unit.labeling.visions import labeled

Entities = list[tuple[str, float]]
Corners = tuple[tuple[float, float], ...]


def entities(*found: tuple[str, float]) -> list[dict[str, Any]]:
    return [{"description": name, "score": score} for name, score in found]


def an_object(name: str, score: float, *corners: tuple[float, float]) -> dict[str, Any]:
    vertices = [{"x": x, "y": y} for x, y in corners]
    return {"name": name, "score": score, "bounding_poly": {"normalized_vertices": vertices}}


def boxed(name: str, score: float, box: Crop) -> dict[str, Any]:
    right, bottom = box.x + box.width, box.y + box.height
    return an_object(name, score, (box.x, box.y), (right, box.y), (right, bottom), (box.x, bottom))


def objects(*found: dict[str, Any]) -> AnnotateImageResponse:
    return AnnotateImageResponse(localized_object_annotations=found)


def words(*found: str) -> list[dict[str, Any]]:
    return [{"description": word} for word in (" ".join(found), *found)]


def shade(name: str, share: float) -> dict[str, Any]:
    red, green, blue = ImageColor.getrgb(name)[:3]
    return {"color": {"red": red, "green": green, "blue": blue}, "pixel_fraction": share}


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
    assert read(labeled(*found)) == labels


NAMES, SCORES = st.text(max_size=3), st.floats(width=32)
FOUND = st.lists(st.tuples(NAMES, SCORES), max_size=4)
PLACED = st.lists(st.tuples(NAMES, SCORES, st.lists(st.tuples(SCORES, SCORES), max_size=4)), max_size=3)


@given(FOUND, FOUND, PLACED, st.lists(NAMES, max_size=4), st.floats(0, 1))
@settings(max_examples=40)
def test_whatever_vision_says_the_promises_of_the_port_are_kept(
    labels: Entities, logos: Entities, placed: list[tuple[str, float, Corners]], text: list[str], least: float
) -> None:
    answer = AnnotateImageResponse(
        label_annotations=entities(*labels),
        logo_annotations=entities(*logos),
        localized_object_annotations=[an_object(name, score, *corners) for name, score, corners in placed],
        text_annotations=words(*text),
    )
    read = labels_of(answer, least, 10)
    scores = [label.score for label in read]
    assert scores == sorted(scores, reverse=True)
    assert all(least <= label.score <= 1 for label in read if label.kind != "text")
    assert len({label.name.casefold() for label in read}) == len(read)


TILTED = ((0.5, 0.125), (0.75, 0.25), (0.5, 0.5), (0.25, 0.25))
WRITTEN = ("Summer", "SALE", "-", "%%", "x", "sale", "a" * 41, "501")
SHADES = [shade("navy", 0.25), shade("blue", 0.125), shade("red", 0.09), shade("white", 0.5)]


@pytest.mark.parametrize(
    ("answer", "labels"),
    [
        (
            objects(an_object("Shoe", 0.75, *TILTED)),
            [Label("Shoe", 0.75, "object", Crop(0.25, 0.125, 0.5, 0.375))],
        ),
        (objects(an_object("Shoe", 0.75)), [Label("Shoe", 0.75, "object")]),
        (objects(an_object("Shoe", 0.75, (0.5, 0.5))), [Label("Shoe", 0.75, "object")]),
        ({"logo_annotations": entities(("Acme", 0.75), ("Globex", 0.25))}, [Label("Acme", 0.75, "logo")]),
        (
            {"text_annotations": words(*WRITTEN)},
            [Label(word, TEXT_SCORE, "text") for word in ("Summer", "SALE", "501")],
        ),
        (
            {"image_properties_annotation": {"dominant_colors": {"colors": SHADES}}},
            [Label("white", 0.5, "color"), Label("blue", 0.375, "color")],
        ),
    ],
    ids=["around an outline", "no outline", "no area", "logo", "words once, no noise", "shades add up"],
)
def test_each_kind_of_answer_is_a_kind_of_label(answer: Any, labels: list[Label]) -> None:  # noqa: ANN401
    assert list(labels_of(AnnotateImageResponse(answer), 0.5, 10)) == labels


def test_a_name_is_given_once_by_the_surest_kind_and_of_equals_as_a_label() -> None:
    answer = AnnotateImageResponse(
        label_annotations=entities(("Shoe", 0.75), ("Acme", 0.75)),
        logo_annotations=entities(("ACME", 0.875)),
        localized_object_annotations=[boxed("shoe", 0.75, Crop(0, 0, 0.5, 0.5))],
    )
    acme, shoe = Label("ACME", 0.875, "logo"), Label("Shoe", 0.75, box=Crop(0, 0, 0.5, 0.5))
    assert labels_of(answer, 0.5, 10) == (acme, shoe)


def test_each_kind_has_as_many_labels_as_are_kept() -> None:
    found = entities(("A", 0.9), ("B", 0.8), ("C", 0.7))
    answer = AnnotateImageResponse(label_annotations=found, text_annotations=words("one", "two", "three"))
    assert [name for name, _ in read(answer, 2)] == ["A", "B", "one", "two"]


def test_the_largest_object_is_the_largest_by_area_that_is_sure_and_no_person() -> None:
    shoe, everything = Crop(0.25, 0.5, 0.5, 0.25), Crop(0, 0, 1, 1)
    person, table = boxed("Person", 0.9, everything), boxed("Table", 0.4, Crop(0, 0, 0.75, 0.75))
    answer = objects(person, table, boxed("Belt", 0.9, Crop(0, 0.5, 0.75, 0.125)), boxed("Shoe", 0.6, shoe))
    assert largest_object(answer, 0.5) == shoe
    for none in ((), (boxed("Man", 0.9, everything),), (an_object("Shoe", 0.9),)):
        assert largest_object(objects(*none), 0.5) is None


@pytest.mark.parametrize("kind", ["adult", "violence", "racy", "spoof", "medical"])
@pytest.mark.parametrize(("setting", "least"), [("", 6), ("possible", 3), ("likely", 4), ("very-likely", 5)])
def test_a_picture_is_unsafe_from_a_likelihood(setting: SafeSearch, least: int, kind: str) -> None:
    for likelihood in map(Likelihood, range(6)):
        failure = refusal(
            AnnotateImageResponse(safe_search_annotation=SafeSearchAnnotation({kind: likelihood})), setting
        )
        if likelihood < least or kind in {"spoof", "medical"}:
            assert failure is None
        else:
            assert isinstance(failure, Permanent)
            assert failure.reason == "unsafe-picture"
            assert kind in str(failure)
