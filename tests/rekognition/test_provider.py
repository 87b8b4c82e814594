"""What only Amazon's recognizer does, with its own client, and its stand-in by raw requests."""

from __future__ import annotations

import base64
import random
from typing import Any

import pytest
import requests
from PIL import Image

from devstack.rekognition.server import Service, serving
from devstack.standins import KEY
from shared.errors import Permanent
from shared.imaging import Picture
from tests.pictures import encoded, jpeg, scene
from tests.recognizers.services import SizeRecognizer, Vendor


def noise(kind: str) -> bytes:
    chance, side = random.Random(1), 1_500  # noqa: S311 - any bytes will do
    return encoded(Image.frombytes("RGB", (side, side), chance.randbytes(3 * side * side)), kind)


def test_colors_come_where_they_are_asked_for(vendor: Vendor) -> None:
    picture = Picture(encoded(Image.new("RGB", (100, 100), (210, 30, 40)), "PNG"))
    labels = vendor.create(RECOGNIZER_FEATURES="colors").label(picture)
    assert [(label.name, label.score) for label in labels if label.kind == "color"] == [("red", 1.0)]
    plain = vendor.recognizer.label(picture)
    assert plain
    assert all(label.kind == "label" and 0.55 <= label.score <= 1 for label in plain)


@pytest.mark.parametrize(
    "content",
    [
        encoded(scene(), "WEBP"),
        encoded(scene(), "GIF"),
        encoded(scene().convert("CMYK"), "JPEG"),
        noise("PNG"),
        noise("BMP"),
        jpeg(1)[:-2_000],
    ],
    ids=["webp", "gif", "cmyk", "a png above 5 MB", "a bmp above 5 MB", "cut off"],
)
def test_what_amazon_does_not_take_is_converted(vendor: Vendor, content: bytes) -> None:
    assert vendor.recognizer.label(Picture(content))
    assert vendor.counted == (1, 1)


def test_a_picture_below_80_pixels_a_side_is_bad(vendor: Vendor) -> None:
    with pytest.raises(Permanent) as raised:
        vendor.recognizer.label(Picture(jpeg(1, (79, 200))))
    assert raised.value.reason == "bad-picture"


SIGNATURE = (
    f"AWS4-HMAC-SHA256 Credential={KEY}/20260301/eu-west-1/rekognition/aws4_request,"
    f" SignedHeaders=host, Signature={64 * '0'}"
)
SIGNED = {"Authorization": SIGNATURE, "X-Amz-Target": "RekognitionService.DetectLabels"}
ANOTHERS = SIGNATURE.replace(KEY, "ANOTHER")


def asking(content: bytes = jpeg(), **parameters: object) -> dict[str, Any]:
    return {"Image": {"Bytes": base64.b64encode(content).decode()}, **parameters}


def post(url: str, body: object, headers: dict[str, str] = SIGNED) -> requests.Response:
    return requests.post(url, json=body, headers=headers, timeout=10)


def test_an_answer_has_the_public_json_form(vendor: Vendor) -> None:
    answer = post(vendor.url, asking(MaxLabels=2, MinConfidence=0))
    assert answer.headers["Content-Type"] == "application/x-amz-json-1.1"
    assert set(answer.json()) == {"LabelModelVersion", "Labels"}
    first, second = answer.json()["Labels"]
    assert set(first) == {"Name", "Confidence", "Instances", "Parents", "Aliases", "Categories"}
    assert 100 >= first["Confidence"] >= second["Confidence"] >= 55


def test_an_answer_has_the_features_that_were_asked_for(vendor: Vendor) -> None:
    settings = {"ImageProperties": {"MaxDominantColors": 1}}
    answer = post(vendor.url, asking(Features=["IMAGE_PROPERTIES"], Settings=settings)).json()
    assert "Labels" not in answer
    [shade] = answer["ImageProperties"]["DominantColors"]
    assert 0 < shade["PixelPercent"] <= 100


def test_labels_below_the_confidence_are_left_out(vendor: Vendor) -> None:
    confidences = [
        label["Confidence"] for label in post(vendor.url, asking(MinConfidence=0)).json()["Labels"]
    ]
    kept = post(vendor.url, asking(MinConfidence=confidences[1])).json()["Labels"]
    assert [label["Confidence"] for label in kept] == confidences[:2]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "InvalidParameterException"),
        ({"Image": {"Bytes": "not base64!"}}, "InvalidParameterException"),
        (asking(b"no picture"), "InvalidImageFormatException"),
        (asking(encoded(scene(), "WEBP")), "InvalidImageFormatException"),
        (asking(jpeg()[:4_000]), "InvalidImageFormatException"),
        (asking(jpeg(size=(79, 100))), "InvalidParameterException"),
        (asking(jpeg(size=(10_001, 100))), "ImageTooLargeException"),
        (asking(bytes(5_242_881)), "ImageTooLargeException"),
        ([], "SerializationException"),
    ],
    ids=["empty", "no base64", "text", "webp", "cut off", "too small", "too wide", "5 MB", "no structure"],
)
def test_what_amazon_does_not_take_is_refused(vendor: Vendor, body: object, code: str) -> None:
    answer = post(vendor.url, body)
    assert (answer.status_code, answer.json()["__type"]) == (400, code)


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"Authorization": ""}, "MissingAuthenticationTokenException"),
        ({"Authorization": "Bearer x"}, "IncompleteSignatureException"),
        ({"Authorization": ANOTHERS}, "UnrecognizedClientException"),
        ({"X-Amz-Target": "RekognitionService.DetectFaces"}, "UnknownOperationException"),
    ],
    ids=["unsigned", "another scheme", "an unknown key", "another operation"],
)
def test_who_may_not_ask_is_refused(vendor: Vendor, headers: dict[str, str], code: str) -> None:
    answer = post(vendor.url, asking(), SIGNED | headers)
    assert (answer.status_code, answer.json()["__type"]) == (400, code)


def test_another_key_may_ask_where_it_is_the_one_that_is_known() -> None:
    with serving(Service(SizeRecognizer()), key_id="ANOTHER") as url:
        assert post(url, asking(), SIGNED | {"Authorization": ANOTHERS}).ok
