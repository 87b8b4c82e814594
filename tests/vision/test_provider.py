"""What only Google's recognizer does over gRPC and REST, and the REST door by raw JSON."""

from __future__ import annotations

import base64
from typing import Any

import pytest
import requests
from PIL import Image

from devstack.vision.annotator import UNSAFE
from shared.errors import Failure, Permanent, Transient
from shared.imaging import Picture
from shared.model import LABEL, Labels
from tests.pictures import encoded, quarters
from tests.recognizers.services import Vendor, best
from tests.vision.shapes import png
from tests.vision.test_annotator import PICTURES


def told(outcome: Labels | Failure) -> tuple[type[object], str]:
    """The kind of the outcome, and its best label or its reason."""
    return type(outcome), outcome.reason if isinstance(outcome, Failure) else best(outcome)


def test_one_pictures_failure_is_its_own(vendor: Vendor) -> None:
    contents = [png(1, 2), b"no picture", b"BM no picture", png(2, 1)]
    outcomes = vendor.recognizer.label_many([Picture(content) for content in contents])
    assert list(map(told, outcomes)) == [
        (tuple, "PNG 1 x 2"),
        (Permanent, "unsupported-format"),
        (Permanent, "bad-picture"),
        (tuple, "PNG 2 x 1"),
    ]


def test_a_batch_refused_for_its_contents_is_asked_again_one_by_one(vendor: Vendor) -> None:
    vendor.order(status=400)
    outcomes = vendor.recognizer.label_many([Picture(png(n, 1)) for n in (1, 2, 3)])
    assert [best(outcome) for outcome in outcomes] == ["PNG 1 x 1", "PNG 2 x 1", "PNG 3 x 1"]
    assert vendor.counted == (4, 3)


def test_an_error_of_some_pictures_leaves_the_others_their_answers(vendor: Vendor) -> None:
    vendor.order(picture_code=14, pictures=2)
    outcomes = vendor.recognizer.label_many([Picture(png(n, 5)) for n in (1, 2, 3)])
    failed = (Transient, "vision-unavailable")
    assert list(map(told, outcomes)) == [failed, failed, (tuple, "PNG 3 x 5")]


def test_every_kind_of_label_comes_through(vendor: Vendor) -> None:
    recognizer = vendor.create(RECOGNIZER_FEATURES="boxes,logos,text,colors")
    labels = [label for picture in PICTURES for label in recognizer.label(Picture(picture))]
    assert {label.kind for label in labels} == {LABEL, "logo", "text", "color"}
    assert any(label.box for label in labels)


def test_an_unsafe_picture_is_refused_alone(vendor: Vendor) -> None:
    unsafe = encoded(Image.new("RGB", (64, 64), UNSAFE), "PNG")
    recognizer = vendor.create(VISION_SAFE_SEARCH="very-likely")
    outcomes = recognizer.label_many([Picture(unsafe), Picture(PICTURES[0])])
    assert list(map(told, outcomes)) == [(Permanent, "unsafe-picture"), (tuple, "PNG 1 x 8")]


def test_the_largest_object_is_named_in_a_second_call(vendor: Vendor) -> None:
    labels = vendor.create(RECOGNIZER_FEATURES="largest").label(Picture(encoded(quarters((200, 100)), "PNG")))
    [box] = {label.box for label in labels}
    assert box is not None
    _, width, _, height = labels[0].name.split(" ")
    assert abs(int(width) - box.width * 200) <= 1.5
    assert abs(int(height) - box.height * 100) <= 1.5


on_rest = pytest.mark.parametrize("vendor", ["rest"], indirect=True)

PATH = "/v1/images:annotate"


def post(vendor: Vendor, body: object, path: str = PATH) -> requests.Response:
    return requests.post(vendor.url + path, json=body, timeout=10)


def asking(feature: object = "LABEL_DETECTION") -> dict[str, Any]:
    content = base64.b64encode(png(6, 4)).decode()
    return {"requests": [{"image": {"content": content}, "features": [{"type": feature, "maxResults": 1}]}]}


@on_rest
@pytest.mark.parametrize("feature", ["LABEL_DETECTION", 4])
@pytest.mark.parametrize(
    "path",
    [
        PATH,
        f"{PATH}?$alt=json;enum-encoding=int",
        "/v1/projects/p/locations/eu/images:annotate",
        "/v1/projects/p/images:annotate",
    ],
)
def test_an_answer_has_the_public_json_form(vendor: Vendor, path: str, feature: object) -> None:
    [response] = post(vendor, asking(feature), path).json()["responses"]
    assert set(response) == {"labelAnnotations"}
    [label] = response["labelAnnotations"]
    assert set(label) == {"mid", "description", "score", "topicality"}
    assert label["description"] == "PNG 6 x 4"


@on_rest
@pytest.mark.parametrize(
    "body",
    [
        "text",
        {"requests": 1},
        {"requests": [{"imagine": {}}]},
        {"requests": [{"features": [{"type": "NO_SUCH"}]}]},
        asking() | {"requests": asking()["requests"] * 17},
    ],
)
def test_a_malformed_call_is_an_invalid_argument(vendor: Vendor, body: object) -> None:
    answer = post(vendor, body)
    told = answer.json()["error"]
    assert (answer.status_code, told["code"], told["status"]) == (400, 400, "INVALID_ARGUMENT")


@on_rest
def test_a_body_above_the_json_limit_is_refused(vendor: Vendor) -> None:
    answer = requests.post(vendor.url + PATH, data=bytes(10_485_761), timeout=10)
    assert answer.status_code == 400
    assert "exceeds the limit: 10485760 bytes" in answer.json()["error"]["message"]


@on_rest
def test_an_ordered_refusal_says_when_to_come_back_and_concerns_its_transport_only(vendor: Vendor) -> None:
    vendor.order(status=429, retry_after=3)
    answer = post(vendor, asking())
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3")
    assert answer.json()["error"]["status"] == "RESOURCE_EXHAUSTED"
    vendor.order(status=503, path="ImageAnnotator/BatchAnnotateImages")
    assert post(vendor, asking()).ok
