"""What Vision is asked for, and how the largest product comes to be looked at alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from io import BytesIO
from typing import Any

import pytest
from google.api_core.exceptions import TooManyRequests
from google.cloud.vision_v1 import AnnotateImageResponse, Feature, Likelihood
from google.rpc.status_pb2 import Status
from PIL import Image, ImageColor, ImageStat

from shared.errors import Failure, Permanent, Transient
from shared.imaging import SENT_SIDE, Picture
from shared.imaging.opening import product_opener
from shared.labeling.provider import Wanted
from shared.labeling.providers.google_vision import SafeSearch
from shared.labeling.providers.google_vision.client import asking
from shared.labeling.providers.google_vision.recognizer import GoogleVision
from shared.model import Crop, Label
from tests.pictures import ORIENTATION, encoded, quarters
from tests.unit.labeling.visions import Answer, FakeVision, labeled

UPPER_RIGHT = Crop(0.5, 0, 0.5, 0.5)
"""Where `quarters` is lime."""

BUSY: Exception = TooManyRequests("down")  # type: ignore[no-untyped-call]


def finding(box: Crop | None = UPPER_RIGHT, **beside: object) -> Answer:
    """One object at `box` where objects are asked for; other pictures are named by their size."""

    def answer(content: bytes, features: Sequence[Feature]) -> AnnotateImageResponse:
        if Feature.Type.OBJECT_LOCALIZATION in {feature.type_ for feature in features}:
            return AnnotateImageResponse(localized_object_annotations=_object(box) if box else [], **beside)
        with Image.open(BytesIO(content)) as image:
            return labeled((f"{image.width} x {image.height}", 0.75))

    return answer


def _object(box: Crop) -> list[dict[str, Any]]:
    vertices = [{"x": box.x, "y": box.y}, {"x": box.x + box.width, "y": box.y + box.height}]
    return [{"name": "Shoe", "score": 0.75, "bounding_poly": {"normalized_vertices": vertices}}]


def types(vision: FakeVision) -> list[list[str]]:
    """What was asked for in each call, in the order of the alphabet."""
    asked = [request.requests[0].features for request in vision.requests]
    return [sorted(feature.type_.name for feature in features) for features in asked]


def sent(vision: FakeVision, call: int) -> Image.Image:
    content: bytes = vision.requests[call].requests[0].image.content
    return Image.open(BytesIO(content))


def recognizer(vision: FakeVision, *features: str, safe_search: SafeSearch = "") -> GoogleVision:
    """Looks at the largest object, or has other features."""
    wanted = Wanted(max_labels=7, features=features or ("largest",), timeout=1.0)
    return GoogleVision(lambda: asking(vision, ""), product_opener(), wanted, 0.5, safe_search)


def photo(**options: object) -> Picture:
    return Picture(encoded(quarters(), "JPEG", **options))


def color(image: Image.Image) -> str:
    """Which quarter of `quarters` a picture is."""
    mean, names = ImageStat.Stat(image.convert("RGB")).mean, ("red", "lime", "blue", "white")
    return min(names, key=lambda name: math.dist(mean, ImageColor.getrgb(name)[:3]))


KINDS = {"LABEL_DETECTION", "LOGO_DETECTION", "TEXT_DETECTION", "IMAGE_PROPERTIES"}


@pytest.mark.parametrize(
    ("objects", "calls"),
    [
        ([], [KINDS | {"SAFE_SEARCH_DETECTION"}]),
        (["boxes"], [KINDS | {"SAFE_SEARCH_DETECTION", "OBJECT_LOCALIZATION"}]),
        (["largest"], [{"OBJECT_LOCALIZATION", "SAFE_SEARCH_DETECTION"}, KINDS]),
    ],
)
def test_every_feature_that_is_wanted_is_asked_for_once(objects: list[str], calls: list[set[str]]) -> None:
    vision = FakeVision(finding())
    recognizer(vision, *objects, "logos", "text", "colors", safe_search="likely").label(photo())
    assert types(vision) == [sorted(features) for features in calls]
    asked = [feature for request in vision.requests for feature in request.requests[0].features]
    assert {feature.max_results for feature in asked} == {7}


def test_the_largest_object_is_found_and_then_looked_at_alone() -> None:
    vision = FakeVision(finding())
    labels = recognizer(vision).label(photo())
    assert types(vision) == [["OBJECT_LOCALIZATION"], ["LABEL_DETECTION"]]
    assert labels == (Label("48 x 32", 0.75, box=UPPER_RIGHT),)
    assert color(sent(vision, 1)) == "lime"


def test_a_large_picture_is_sent_smaller() -> None:
    vision = FakeVision(finding())
    recognizer(vision).label(Picture(encoded(quarters((SENT_SIDE + 100, 500)))))
    assert max(sent(vision, 0).size) <= SENT_SIDE


def test_a_box_is_of_the_upright_picture() -> None:
    """Orientation 6: to be seen, the picture is turned clockwise, so red comes to the upper right."""
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    vision = FakeVision(finding())
    recognizer(vision).label(photo(exif=exif))
    assert sent(vision, 1).size == (32, 48)
    assert color(sent(vision, 1)) == "red"


@pytest.mark.parametrize(
    ("box", "label"),
    [(Crop(0.999, 0.999, 0.0005, 0.0005), "1 x 1"), (None, "96 x 64")],
    ids=["smaller than a pixel", "nothing found"],
)
def test_a_pixel_is_looked_at_at_least_and_without_objects_the_whole(box: Crop | None, label: str) -> None:
    vision = FakeVision(finding(box))
    assert recognizer(vision).label(photo())[0].name == label
    assert (sent(vision, 1) == sent(vision, 0)) == (box is None)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ({"safe_search_annotation": {"adult": Likelihood.LIKELY}}, "unsafe-picture"),
        ({"error": Status(code=3, message="Bad image data.")}, "bad-picture"),
    ],
)
def test_a_refused_picture_is_not_looked_at_again(answer: dict[str, object], reason: str) -> None:
    vision = FakeVision(finding(UPPER_RIGHT, **answer))
    with pytest.raises(Permanent) as raised:
        recognizer(vision, "largest", safe_search="likely").label(photo())
    assert (raised.value.reason, len(vision.requests)) == (reason, 1)


@pytest.mark.parametrize("errors", [[BUSY], [None, BUSY]], ids=["locating", "labeling"])
def test_a_failure_of_either_call_is_the_pictures(errors: list[Exception | None]) -> None:
    vision = FakeVision(finding(), errors)
    [outcome] = recognizer(vision).label_many([photo()])
    assert isinstance(outcome, Failure)
    assert (type(outcome), outcome.reason) == (Transient, "throttled")
    assert len(vision.requests) == len(errors)
