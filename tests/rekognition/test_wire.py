"""The stand-in as whoever speaks to it sees it."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest
import requests

from devstack.recognizers import ContentRecognizer
from devstack.rekognition.server import Service, serving
from devstack.standins import KEY
from shared.model import md5
from tests.pictures import encoded, jpeg, scene

SIGNATURE = (
    f"AWS4-HMAC-SHA256 Credential={KEY}/20260301/eu-west-1/rekognition/aws4_request,"
    f" SignedHeaders=host, Signature={64 * '0'}"
)
SIGNED = {"Authorization": SIGNATURE, "X-Amz-Target": "RekognitionService.DetectLabels"}

Post = Callable[..., requests.Response]


def asking(content: bytes = jpeg(), **parameters: object) -> dict[str, Any]:
    return {"Image": {"Bytes": base64.b64encode(content).decode()}, **parameters}


@pytest.fixture
def post(address: str) -> Post:
    def call(body: object, headers: dict[str, str] = SIGNED) -> requests.Response:
        return requests.post(address, json=body, headers=headers, timeout=10)

    return call


def test_an_answer_has_the_public_json_form(post: Post) -> None:
    answer = post(asking(MaxLabels=2, MinConfidence=0))
    assert answer.headers["Content-Type"] == "application/x-amz-json-1.1"
    assert set(answer.json()) == {"LabelModelVersion", "Labels"}
    first, second = answer.json()["Labels"]
    assert set(first) == {"Name", "Confidence", "Instances", "Parents", "Aliases", "Categories"}
    assert 100 >= first["Confidence"] >= second["Confidence"] >= 55


def test_an_answer_has_the_features_that_were_asked_for(post: Post) -> None:
    settings = {"ImageProperties": {"MaxDominantColors": 1}}
    answer = post(asking(Features=["IMAGE_PROPERTIES"], Settings=settings)).json()
    assert "Labels" not in answer
    [shade] = answer["ImageProperties"]["DominantColors"]
    assert 0 < shade["PixelPercent"] <= 100


def test_labels_below_the_confidence_are_left_out(post: Post) -> None:
    confidences = [label["Confidence"] for label in post(asking(MinConfidence=0)).json()["Labels"]]
    kept = post(asking(MinConfidence=confidences[1])).json()["Labels"]
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
def test_what_amazon_does_not_take_is_refused(post: Post, body: object, code: str) -> None:
    answer = post(body)
    assert answer.status_code == 400
    assert answer.json()["__type"] == code


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"Authorization": ""}, "MissingAuthenticationTokenException"),
        ({"Authorization": "Bearer x"}, "IncompleteSignatureException"),
        ({"Authorization": SIGNATURE.replace(KEY, "ANOTHER")}, "UnrecognizedClientException"),
        ({"X-Amz-Target": "RekognitionService.DetectFaces"}, "UnknownOperationException"),
    ],
    ids=["unsigned", "another scheme", "an unknown key", "another operation"],
)
def test_who_may_not_ask_is_refused(post: Post, headers: dict[str, str], code: str) -> None:
    answer = post(asking(), {**SIGNED, **headers})
    assert answer.status_code == 400
    assert answer.json()["__type"] == code


def test_it_counts_how_often_each_content_was_answered() -> None:
    photo, text = jpeg(), b"no picture"
    with serving(Service(ContentRecognizer())) as address:
        for content in (photo, photo, text):
            requests.post(address, json=asking(content), headers=SIGNED, timeout=10)
        faults = [{"code": "ThrottlingException"}]
        requests.post(f"{address}/_devstack/faults", json=faults, timeout=5)
        requests.post(address, json=asking(photo), headers=SIGNED, timeout=10)
        counted = requests.get(f"{address}/_devstack/contents", timeout=5).json()
        calls = requests.get(f"{address}/_devstack/calls", timeout=5).json()
    assert counted == {md5(photo): 2, md5(text): 1}
    assert calls == {"calls": 4, "pictures": 3}


def test_faults_that_replace_others_tell_how_many_calls_those_had_yet_to_meet() -> None:
    with serving(Service(ContentRecognizer())) as address:
        url = f"{address}/_devstack/faults"
        requests.post(url, json=[{"status": 503, "times": 3}], timeout=5)
        requests.post(address, json=asking(), headers=SIGNED, timeout=10)
        assert requests.post(url, json=[], timeout=5).json() == {"pending": 0, "unspent": 2}
        assert requests.post(url, json=[{"no_such_field": 1}], timeout=5).status_code == 400
