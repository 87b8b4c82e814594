from __future__ import annotations

from typing import Any

import pytest
from google.cloud.vision_v1 import BatchAnnotateImagesRequest, BatchAnnotateImagesResponse
from hypothesis import given
from hypothesis import strategies as st

from devstack.standins import Refused
from devstack.vision import annotator
from devstack.vision.annotator import MAX_FILE_BYTES, annotation
from shared.model import Label
from tests.vision.shapes import look, png

LABELS = [{"type_": "LABEL_DETECTION"}]
UNREACHABLE = "We can not access the URL currently. Please download the content and pass it in."


def annotate(*requests: dict[str, Any]) -> BatchAnnotateImagesResponse:
    return annotator.annotate(BatchAnnotateImagesRequest({"requests": requests}), look)


def content(data: bytes) -> dict[str, Any]:
    return {"image": {"content": data}, "features": LABELS}


def source(uri: str) -> dict[str, Any]:
    return {"image": {"source": {"image_uri": uri}}, "features": LABELS}


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
def test_a_picture_that_cannot_be_labeled_has_its_error_inside_the_answer(
    request_: dict[str, Any], code: int, message: str
) -> None:
    bad, good = annotate(request_, content(png(2, 2))).responses
    assert (bad.error.code, bad.error.message) == (code, message)
    assert not bad.label_annotations
    assert good.error.code == 0
    assert good.label_annotations[0].description == "Size 2 x 2"


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
    [response] = annotate({"image": {"content": png(2, 2)}, "features": features}).responses
    assert len(response.label_annotations) == count


def test_a_seventeenth_picture_refuses_the_whole_call() -> None:
    assert len(annotate(*[content(png(1, 1))] * 16).responses) == 16
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
