from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from shared.labeling.providers.rekognition.recognizer import colors, labels
from shared.model import Crop, Label

if TYPE_CHECKING:
    from mypy_boto3_rekognition.type_defs import BoundingBoxTypeDef, DominantColorTypeDef, LabelTypeDef

Pairs = list[tuple[str, float]]


def found(name: str, confidence: float, *parents: str) -> LabelTypeDef:
    return {"Name": name, "Confidence": confidence, "Parents": [{"Name": parent} for parent in parents]}


def box(left: float, top: float, width: float, height: float) -> BoundingBoxTypeDef:
    return {"Left": left, "Top": top, "Width": width, "Height": height}


def shade(name: str, percent: float) -> DominantColorTypeDef:
    return {"SimplifiedColor": name, "PixelPercent": percent}


def pairs(given: tuple[Label, ...]) -> Pairs:
    return [(label.name, label.score) for label in given]


BOOT, SNEAKER = found("Boot", 90, "footwear"), found("Sneaker", 80, "Shoe")


@pytest.mark.parametrize(
    ("given", "most", "expected"),
    [
        ([found("Shoe", 75), found("Sneaker", 100)], 10, [("Sneaker", 1.0), ("Shoe", 0.75)]),
        ([found("shoe", 50), found("Shoe", 75), found(" ", 60)], 10, [("Shoe", 0.75)]),
        ([found("Shoe", 100.01), found("Hat", -1)], 10, [("Shoe", 1.0), ("Hat", 0.0)]),
        ([SNEAKER, BOOT], 10, [("Boot", 0.9), ("Sneaker", 0.8), ("footwear", 0.45), ("Shoe", 0.4)]),
        ([SNEAKER, found("Shoe", 30)], 10, [("Sneaker", 0.8), ("Shoe", 0.3)]),
        ([SNEAKER, found("Lace", 20)], 2, [("Sneaker", 0.8), ("Lace", 0.2)]),
    ],
    ids=[
        *("best first", "once whatever its case", "drawn into range", "a parent left out gets half"),
        *("a parent seen keeps its score", "what was seen before what was inferred"),
    ],
)
def test_labels_and_their_parents(given: list[LabelTypeDef], most: int, expected: Pairs) -> None:
    read = labels(given, most)
    assert pairs(read) == expected
    assert {label.kind for label in read} == {"label"}


@pytest.mark.parametrize(
    ("boxes", "expected"),
    [
        ([], None),
        ([box(0.125, 0.25, 0.375, 0.5)], Crop(0.125, 0.25, 0.375, 0.5)),
        ([box(0, 0, 0.1, 0.1), box(0.5, 0.5, 0.5, 0.25), box(0, 0, 0.2, 0.2)], Crop(0.5, 0.5, 0.5, 0.25)),
        ([box(-0.5, 0.75, 1, 1)], Crop(0.0, 0.75, 0.5, 0.25)),
        ([box(1.25, 0, 1, 1), box(0, 0, 0, 1)], None),
    ],
    ids=["none", "one", "the largest", "beyond the edges", "outside or empty"],
)
def test_a_box_is_of_the_largest(boxes: list[BoundingBoxTypeDef], expected: Crop | None) -> None:
    instances = [{"BoundingBox": each} for each in boxes]
    [label] = labels([{"Name": "Shoe", "Confidence": 90, "Instances": instances}], 10)  # type: ignore[typeddict-item]
    assert label.box == expected


@pytest.mark.parametrize(
    ("whole", "foreground", "expected"),
    [
        (
            [shade("Red", 25), shade("white", 10), shade("red", 50), shade("", 5)],
            [],
            [("red", 0.75), ("white", 0.1)],
        ),
        ([shade("white", 90)], [shade("red", 50)], [("red", 0.5)]),
    ],
    ids=["shades of one name are one color", "the foreground where there is one"],
)
def test_colors_are_those_of_the_foreground_or_else_the_whole(
    whole: list[DominantColorTypeDef], foreground: list[DominantColorTypeDef], expected: Pairs
) -> None:
    told = colors({"DominantColors": whole, "Foreground": {"DominantColors": foreground}})
    assert pairs(told) == expected
    assert {label.kind for label in told} == {"color"}


def test_colors_come_beside_the_labels_and_not_in_their_places_and_leave_them_their_names() -> None:
    others = (Label("red", 0.95, "color"), Label("shoe", 0.9, "color"))
    given = labels([found("Shoe", 90), found("Orange", 60)], 1, others)
    assert [(label.name, label.kind) for label in given] == [("red", "color"), ("Shoe", "label")]
