"""What the stand-in sees in pictures, labels and what else it is asked for."""

from __future__ import annotations

from typing import Any

import pytest
from google.cloud.vision_v1 import AnnotateImageResponse, BatchAnnotateImagesRequest, Likelihood
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from devstack.standins import Refused
from devstack.vision import annotator
from devstack.vision.annotator import MAX_FILE_BYTES, UNSAFE, annotation
from shared.model import Label
from tests.pictures import encoded, quarters
from tests.vision.shapes import look, png

LABELS = [{"type_": "LABEL_DETECTION"}]
UNREACHABLE = "We can not access the URL currently. Please download the content and pass it in."
PICTURES = [png(width, 8) for width in range(1, 17)]


def annotate(*requests: dict[str, Any]) -> list[AnnotateImageResponse]:
    return list(annotator.annotate(BatchAnnotateImagesRequest({"requests": requests}), look).responses)


def content(data: bytes, *features: dict[str, Any]) -> dict[str, Any]:
    return {"image": {"content": data}, "features": features or LABELS}


def source(uri: str) -> dict[str, Any]:
    return {"image": {"source": {"image_uri": uri}}, "features": LABELS}


def found(feature: str, *contents: bytes, most: int = 0) -> list[AnnotateImageResponse]:
    wanted = {"type_": feature, "max_results": most}
    return annotate(*(content(data, wanted) for data in contents or PICTURES))


@pytest.mark.parametrize(
    ("request_", "code", "message"),
    [
        (content(b"no picture"), 3, "Bad image data."),
        (content(bytes(MAX_FILE_BYTES + 1)), 3, "Bad image data."),
        ({"image": {"content": b"x"}}, 3, "Request must specify image and features."),
        ({"features": LABELS}, 3, "Request must specify image and features."),
        (source("gs://shop/a.png"), 14, UNREACHABLE),
        (source("https://shop.example/a.png"), 14, UNREACHABLE),
    ],
)
def test_a_pictures_error_is_inside_the_answer(request_: dict[str, Any], code: int, message: str) -> None:
    bad, good = annotate(request_, content(png(2, 2)))
    assert (bad.error.code, bad.error.message, len(bad.label_annotations)) == (code, message, 0)
    assert (good.error.code, good.label_annotations[0].description) == (0, "PNG 2 x 2")


@pytest.mark.parametrize(
    ("features", "count"),
    [
        ([{"type_": "LABEL_DETECTION"}], 10),
        ([{"type_": "LABEL_DETECTION", "max_results": 3}], 3),
        ([{"type_": "LABEL_DETECTION", "max_results": 50}], 15),
        ([{"type_": "LABEL_DETECTION", "max_results": 2}, {"type_": "LOGO_DETECTION", "max_results": 9}], 2),
        ([{"type_": "LOGO_DETECTION"}], 0),
    ],
)
def test_as_many_labels_as_label_detection_asks_for(features: list[dict[str, Any]], count: int) -> None:
    [response] = annotate(content(png(2, 2), *features))
    assert len(response.label_annotations) == count


def test_a_seventeenth_picture_refuses_the_whole_call() -> None:
    assert len(annotate(*[content(png(1, 1))] * 16)) == 16
    with pytest.raises(Refused, match="17, at most 16") as raised:
        annotate(*[content(png(1, 1))] * 17)
    assert raised.value.status == 400


@given(st.lists(st.floats(0, 1), min_size=2, max_size=2))
def test_scores_keep_the_order_and_the_range_of_vision(probabilities: list[float]) -> None:
    low, high = (annotation(Label("Shoe", score)) for score in sorted(probabilities))
    assert 0.5 <= low.score <= high.score <= 0.98 + 1e-6
    assert low.topicality == low.score


def test_a_mid_belongs_to_a_name() -> None:
    shoe, same, boot = (annotation(Label(name, 0.5)) for name in ("Shoe", "shoe", "Boot"))
    assert shoe.mid == same.mid != boot.mid
    assert shoe.mid.startswith("/m/0")


FIELDS = [
    ("LABEL_DETECTION", {"label_annotations"}),
    ("OBJECT_LOCALIZATION", {"localized_object_annotations"}),
    ("LOGO_DETECTION", {"logo_annotations"}),
    ("TEXT_DETECTION", {"text_annotations"}),
    ("IMAGE_PROPERTIES", {"image_properties_annotation"}),
    ("SAFE_SEARCH_DETECTION", {"safe_search_annotation"}),
    ("LANDMARK_DETECTION", set()),
]


@pytest.mark.parametrize(("feature", "fields"), FIELDS)
def test_a_feature_fills_its_own_field_if_any_and_always_alike(feature: str, fields: set[str]) -> None:
    answers = found(feature)
    assert answers == found(feature)
    assert {field.name for answer in answers for field, _ in type(answer).pb(answer).ListFields()} == fields


def test_pictures_differ_in_how_many_objects_and_logos_they_have_and_none_has_more_than_wanted() -> None:
    for most, counts in ((0, {1, 2}), (1, {1})):
        objects = found("OBJECT_LOCALIZATION", most=most)
        assert {len(answer.localized_object_annotations) for answer in objects} == counts
    assert {len(answer.logo_annotations) for answer in found("LOGO_DETECTION")} == {0, 1}


def test_objects_are_named_like_labels_and_lie_in_the_picture() -> None:
    for answer in found("OBJECT_LOCALIZATION"):
        assert answer.localized_object_annotations[0].name.endswith(" x 8")
        for each in answer.localized_object_annotations:
            corners = each.bounding_poly.normalized_vertices
            assert len({(corner.x, corner.y) for corner in corners}) == 4
            assert all(0 <= corner.x <= 1 and 0 <= corner.y <= 1 for corner in corners)


def test_colors_are_the_pictures_own_by_their_shares_and_one_marks_an_adult_picture() -> None:
    photo, unsafe = encoded(quarters(), "PNG"), encoded(Image.new("RGB", (64, 64), UNSAFE))
    [answer] = found("IMAGE_PROPERTIES", photo)
    colors = answer.image_properties_annotation.dominant_colors.colors
    shares = {(c.color.red, c.color.green, c.color.blue): round(c.pixel_fraction, 2) for c in colors}
    assert shares == {(255, 0, 0): 0.25, (0, 255, 0): 0.25, (0, 0, 255): 0.25, (255, 255, 255): 0.25}
    adult = [each.safe_search_annotation.adult for each in found("SAFE_SEARCH_DETECTION", unsafe, photo)]
    assert adult == [Likelihood.VERY_LIKELY, Likelihood.VERY_UNLIKELY]
