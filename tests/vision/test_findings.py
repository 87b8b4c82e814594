"""What the stand-in finds beside labels, over both of its doors by the provider, and by itself."""

from __future__ import annotations

import pytest
from google.cloud.vision_v1 import AnnotateImageResponse, BatchAnnotateImagesRequest, Likelihood
from PIL import Image

from devstack.vision import annotator
from devstack.vision.annotator import UNSAFE
from shared.errors import Permanent
from shared.imaging import Picture
from shared.model import LABEL
from tests.pictures import encoded, quarters
from tests.vision.shapes import look, png
from tests.vision.standing_in import pointed_to

PICTURES = [png(width, 8) for width in range(1, 17)]


def annotate(*contents: bytes, feature: str, most: int = 0) -> list[AnnotateImageResponse]:
    features = [{"type_": feature, "max_results": most}]
    requests = [{"image": {"content": content}, "features": features} for content in contents]
    request = BatchAnnotateImagesRequest({"requests": requests})
    return list(annotator.annotate(request, look).responses)


@pytest.mark.parametrize(
    "feature",
    [
        "LABEL_DETECTION",
        "OBJECT_LOCALIZATION",
        "LOGO_DETECTION",
        "TEXT_DETECTION",
        "IMAGE_PROPERTIES",
        "SAFE_SEARCH_DETECTION",
    ],
)
def test_a_feature_fills_its_own_field_and_always_alike(feature: str) -> None:
    answers = annotate(*PICTURES, feature=feature)
    assert answers == annotate(*PICTURES, feature=feature)
    filled = {field.name for answer in answers for field, _ in type(answer).pb(answer).ListFields()}
    assert len(filled) == 1


def test_a_feature_nobody_implemented_finds_nothing() -> None:
    assert annotate(*PICTURES, feature="LANDMARK_DETECTION") == [AnnotateImageResponse()] * len(PICTURES)


def test_pictures_differ_in_how_many_objects_and_logos_they_have() -> None:
    objects = annotate(*PICTURES, feature="OBJECT_LOCALIZATION")
    assert {len(answer.localized_object_annotations) for answer in objects} == {1, 2}
    logos = annotate(*PICTURES, feature="LOGO_DETECTION")
    assert {len(answer.logo_annotations) for answer in logos} == {0, 1}


def test_no_more_objects_are_found_than_wanted() -> None:
    objects = annotate(*PICTURES, feature="OBJECT_LOCALIZATION", most=1)
    assert {len(answer.localized_object_annotations) for answer in objects} == {1}


def test_objects_are_named_like_labels_and_lie_in_the_picture() -> None:
    for answer in annotate(*PICTURES, feature="OBJECT_LOCALIZATION"):
        assert answer.localized_object_annotations[0].name.endswith(" x 8")
        for found in answer.localized_object_annotations:
            corners = found.bounding_poly.normalized_vertices
            assert len({(corner.x, corner.y) for corner in corners}) == 4
            assert all(0 <= corner.x <= 1 and 0 <= corner.y <= 1 for corner in corners)


def test_colors_are_the_pictures_own_by_their_shares() -> None:
    [answer] = annotate(encoded(quarters(), "PNG"), feature="IMAGE_PROPERTIES")
    colors = answer.image_properties_annotation.dominant_colors.colors
    found = {(c.color.red, c.color.green, c.color.blue): round(c.pixel_fraction, 2) for c in colors}
    assert found == {(255, 0, 0): 0.25, (0, 255, 0): 0.25, (0, 0, 255): 0.25, (255, 255, 255): 0.25}


def test_one_color_marks_an_adult_picture() -> None:
    unsafe = encoded(Image.new("RGB", (64, 64), UNSAFE))
    marked, other = annotate(unsafe, encoded(quarters()), feature="SAFE_SEARCH_DETECTION")
    assert marked.safe_search_annotation.adult == Likelihood.VERY_LIKELY
    assert other.safe_search_annotation.adult == Likelihood.VERY_UNLIKELY


def test_every_kind_of_label_comes_through_the_official_client(endpoint: str) -> None:
    recognizer = pointed_to(endpoint, "boxes", "logos", "text", "colors")
    labels = [label for picture in PICTURES for label in recognizer.label(Picture(picture))]
    assert {label.kind for label in labels} == {LABEL, "logo", "text", "color"}
    assert any(label.box for label in labels)


def test_an_unsafe_picture_is_refused_alone(endpoint: str) -> None:
    recognizer = pointed_to(endpoint, safe_search="very-likely")
    unsafe, fine = recognizer.label_many(
        [Picture(encoded(Image.new("RGB", (64, 64), UNSAFE), "PNG")), Picture(PICTURES[0])]
    )
    assert isinstance(unsafe, Permanent)
    assert unsafe.reason == "unsafe-picture"
    assert isinstance(fine, tuple)


def test_the_largest_object_is_named_in_a_second_call(endpoint: str) -> None:
    picture = encoded(quarters((200, 100)), "PNG")
    labels = pointed_to(endpoint, "largest").label(Picture(picture))
    [box] = {label.box for label in labels}
    assert box is not None
    width, height = labels[0].name.removeprefix("Size ").split(" x ")
    assert abs(int(width) - box.width * 200) <= 1.5
    assert abs(int(height) - box.height * 100) <= 1.5
