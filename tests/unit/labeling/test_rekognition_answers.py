from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from shared.labeling.providers.rekognition.recognizer import colors, labels
from shared.model import Crop, Label

if TYPE_CHECKING:
    from mypy_boto3_rekognition.type_defs import (
        BoundingBoxTypeDef,
        DetectLabelsImagePropertiesTypeDef,
        DominantColorTypeDef,
        LabelTypeDef,
    )


def found(name: str, confidence: float, *parents: str) -> LabelTypeDef:
    return {"Name": name, "Confidence": confidence, "Parents": [{"Name": parent} for parent in parents]}


def box(left: float, top: float, width: float, height: float) -> BoundingBoxTypeDef:
    return {"Left": left, "Top": top, "Width": width, "Height": height}


def shade(name: str, percent: float) -> DominantColorTypeDef:
    return {"SimplifiedColor": name, "PixelPercent": percent}


def rounded(crop: Crop | None) -> Crop | None:
    return crop and Crop(*(round(value, 6) for value in (crop.x, crop.y, crop.width, crop.height)))


def pairs(given: tuple[Label, ...]) -> list[tuple[str, float]]:
    return [(label.name, label.score) for label in given]


@pytest.mark.parametrize(
    ("given", "most", "expected"),
    [
        ([found("Shoe", 75), found("Sneaker", 100)], 10, [("Sneaker", 1.0), ("Shoe", 0.75)]),
        ([found("shoe", 50), found("Shoe", 75), found(" ", 60)], 10, [("Shoe", 0.75)]),
        ([found("Shoe", 100.01), found("Hat", -1)], 10, [("Shoe", 1.0), ("Hat", 0.0)]),
        (
            [found("Sneaker", 80, "Footwear", "Shoe"), found("Boot", 90, "footwear")],
            10,
            [("Boot", 0.9), ("Sneaker", 0.8), ("footwear", 0.45), ("Shoe", 0.4)],
        ),
        ([found("Sneaker", 80, "Shoe"), found("Shoe", 30)], 10, [("Sneaker", 0.8), ("Shoe", 0.3)]),
        ([found("Sneaker", 80, "Shoe"), found("Lace", 20)], 2, [("Sneaker", 0.8), ("Lace", 0.2)]),
    ],
    ids=[
        *("best first", "once whatever its case", "drawn into range", "a parent left out gets half"),
        *("a parent seen keeps its score", "what was seen before what was inferred"),
    ],
)
def test_labels_and_their_parents(
    given: list[LabelTypeDef], most: int, expected: list[tuple[str, float]]
) -> None:
    read = labels(given, most)
    assert pairs(read) == expected
    assert {label.kind for label in read} == {"label"}


@pytest.mark.parametrize(
    ("boxes", "expected"),
    [
        ([], None),
        ([box(0.1, 0.2, 0.3, 0.4)], Crop(0.1, 0.2, 0.3, 0.4)),
        ([box(0, 0, 0.1, 0.1), box(0.5, 0.5, 0.5, 0.25), box(0, 0, 0.2, 0.2)], Crop(0.5, 0.5, 0.5, 0.25)),
        ([box(-0.5, 0.75, 1, 1)], Crop(0.0, 0.75, 0.5, 0.25)),
        ([box(1.25, 0, 1, 1), box(0, 0, 0, 1)], None),
    ],
    ids=["none", "one", "the largest", "beyond the edges", "outside or empty"],
)
def test_a_label_is_where_its_largest_instance_is(
    boxes: list[BoundingBoxTypeDef], expected: Crop | None
) -> None:
    seen: LabelTypeDef = {
        "Name": "Shoe",
        "Confidence": 90,
        "Instances": [{"BoundingBox": each} for each in boxes],
    }
    [label] = labels([seen], 10)
    assert rounded(label.box) == expected


def test_shades_of_one_name_are_one_color() -> None:
    properties: DetectLabelsImagePropertiesTypeDef = {
        "DominantColors": [shade("Red", 25), shade("white", 10), shade("red", 50), shade("", 5)]
    }
    given = sorted(colors(properties), key=lambda label: -label.score)
    assert pairs(tuple(given)) == [("red", 0.75), ("white", 0.1)]
    assert {label.kind for label in given} == {"color"}


@pytest.mark.parametrize(
    ("foreground", "expected"), [([shade("red", 50)], ("red", 0.5)), ([], ("white", 0.9))]
)
def test_the_foreground_says_the_colors_where_there_is_one(
    foreground: list[DominantColorTypeDef], expected: tuple[str, float]
) -> None:
    told = colors({"DominantColors": [shade("white", 90)], "Foreground": {"DominantColors": foreground}})
    assert pairs(told) == [expected]


def test_colors_come_beside_the_labels_and_not_in_their_places() -> None:
    given = labels([found("Shoe", 90), found("Orange", 60)], 1, (Label("red", 0.95, "color"),))
    assert pairs(given) == [("red", 0.95), ("Shoe", 0.9)]


def test_a_color_named_like_a_label_is_left_to_the_label() -> None:
    [given] = labels([found("Orange", 60)], 10, (Label("orange", 0.9, "color"),))
    assert (given.name, given.kind) == ("Orange", "label")
