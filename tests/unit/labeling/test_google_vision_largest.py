"""What Vision is asked for, and how the largest product comes to be looked at alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from io import BytesIO
from typing import Any

import pytest
from google.api_core.exceptions import TooManyRequests
from google.cloud.vision_v1 import (
    AnnotateImageResponse,
    BatchAnnotateImagesRequest,
    BatchAnnotateImagesResponse,
    Feature,
    Likelihood,
)
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

UPPER_RIGHT = Crop(0.5, 0, 0.5, 0.5)
"""Where `quarters` is lime."""


class FakeVision:
    """Finds one object, at `box`, and names pictures by their size; remembers what it was asked."""

    def __init__(self, box: Crop | None = UPPER_RIGHT, **answer: object) -> None:
        self.box = box
        self.answer = answer
        self.requests: list[BatchAnnotateImagesRequest] = []
        self.failing_at = 0

    def __call__(
        self, request: dict[str, Any], *, retry: None, timeout: float
    ) -> BatchAnnotateImagesResponse:
        assert retry is None
        assert timeout > 0
        asked = BatchAnnotateImagesRequest(request)
        self.requests.append(asked)
        if len(self.requests) == self.failing_at:
            raise TooManyRequests("down")  # type: ignore[no-untyped-call]
        answers = [self._answer(one.image.content, one.features) for one in asked.requests]
        return BatchAnnotateImagesResponse(responses=answers)

    def _answer(self, content: bytes, features: Sequence[Feature]) -> AnnotateImageResponse:
        if Feature.Type.OBJECT_LOCALIZATION in {feature.type_ for feature in features}:
            return AnnotateImageResponse(localized_object_annotations=self._objects(), **self.answer)
        with Image.open(BytesIO(content)) as image:
            name = f"{image.width} x {image.height}"
        return AnnotateImageResponse(label_annotations=[{"description": name, "score": 0.75}])

    def _objects(self) -> list[dict[str, Any]]:
        if self.box is None:
            return []
        x, y, width, height = self.box.x, self.box.y, self.box.width, self.box.height
        vertices = [{"x": x, "y": y}, {"x": x + width, "y": y + height}]
        return [{"name": "Shoe", "score": 0.75, "bounding_poly": {"normalized_vertices": vertices}}]

    def types(self) -> list[list[str]]:
        """What was asked for in each call, in the order of the alphabet."""
        asked = [request.requests[0].features for request in self.requests]
        return [sorted(feature.type_.name for feature in features) for features in asked]

    def sent(self, call: int) -> bytes:
        content: bytes = self.requests[call].requests[0].image.content
        return content


def recognizer(vision: FakeVision, *features: str, safe_search: SafeSearch = "") -> GoogleVision:
    """Looks at the largest object, or has other features."""
    wanted = Wanted(max_labels=7, features=features or ("largest",), timeout=1.0)
    return GoogleVision(lambda: asking(vision, ""), product_opener(), wanted, 0.5, safe_search)


def photo(kind: str = "JPEG", **options: object) -> Picture:
    return Picture(encoded(quarters(), kind, **options))


def color(content: bytes) -> str:
    """Which quarter of `quarters` a picture is."""
    with Image.open(BytesIO(content)) as image:
        mean = ImageStat.Stat(image.convert("RGB")).mean
    return min(
        ("red", "lime", "blue", "white"), key=lambda name: math.dist(mean, ImageColor.getrgb(name)[:3])
    )


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
    vision = FakeVision()
    recognizer(vision, *objects, "logos", "text", "colors", safe_search="likely").label(photo())
    assert vision.types() == [sorted(features) for features in calls]
    asked = [feature for request in vision.requests for feature in request.requests[0].features]
    assert {feature.max_results for feature in asked} == {7}


def test_the_largest_object_is_found_and_then_looked_at_alone() -> None:
    vision = FakeVision()
    labels = recognizer(vision).label(photo())
    assert vision.types() == [["OBJECT_LOCALIZATION"], ["LABEL_DETECTION"]]
    assert labels == (Label("48 x 32", 0.75, box=UPPER_RIGHT),)
    assert color(vision.sent(1)) == "lime"


def test_a_large_picture_is_sent_smaller() -> None:
    vision = FakeVision()
    recognizer(vision).label(Picture(encoded(quarters((SENT_SIDE + 100, 500)))))
    assert max(Image.open(BytesIO(vision.sent(0))).size) <= SENT_SIDE


def test_a_box_is_of_the_upright_picture() -> None:
    """Orientation 6: to be seen, the picture is turned clockwise, so red comes to the upper right."""
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    vision = FakeVision()
    recognizer(vision).label(photo(exif=exif))
    assert Image.open(BytesIO(vision.sent(1))).size == (32, 48)
    assert color(vision.sent(1)) == "red"


@pytest.mark.parametrize(
    ("box", "label"),
    [(Crop(0.999, 0.999, 0.0005, 0.0005), "1 x 1"), (None, "96 x 64")],
    ids=["smaller than a pixel", "nothing found"],
)
def test_a_pixel_is_looked_at_at_least_and_without_objects_the_whole(box: Crop | None, label: str) -> None:
    vision = FakeVision(box)
    assert recognizer(vision).label(photo())[0].name == label
    assert (vision.sent(1) == vision.sent(0)) == (box is None)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ({"safe_search_annotation": {"adult": Likelihood.LIKELY}}, "unsafe-picture"),
        ({"error": Status(code=3, message="Bad image data.")}, "bad-picture"),
    ],
)
def test_an_unsafe_or_unreadable_picture_is_not_looked_at_again(
    answer: dict[str, object], reason: str
) -> None:
    vision = FakeVision(UPPER_RIGHT, **answer)
    with pytest.raises(Permanent) as raised:
        recognizer(vision, "largest", safe_search="likely").label(photo())
    assert (raised.value.reason, len(vision.requests)) == (reason, 1)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"%PDF-1.7", "unsupported-format"),
        (b"", "bad-picture"),
        (encoded(quarters(), "PNG")[:50], "bad-picture"),
    ],
    ids=["no picture", "empty", "cut short"],
)
def test_what_cannot_be_opened_is_refused_without_a_call(content: bytes, reason: str) -> None:
    vision = FakeVision()
    refused, fine = recognizer(vision).label_many([Picture(content), photo()])
    assert isinstance(refused, Permanent)
    assert refused.reason == reason
    assert fine == (Label("48 x 32", 0.75, box=UPPER_RIGHT),)
    assert [len(request.requests) for request in vision.requests] == [1, 1]


@pytest.mark.parametrize("call", [1, 2])
def test_a_failure_of_either_call_is_the_pictures(call: int) -> None:
    vision = FakeVision()
    vision.failing_at = call
    [outcome] = recognizer(vision).label_many([photo()])
    assert isinstance(outcome, Failure)
    assert (type(outcome), outcome.reason) == (Transient, "throttled")
    assert len(vision.requests) == call
