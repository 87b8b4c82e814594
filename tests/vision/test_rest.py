"""The REST door without Google's client: raw JSON, its switches and its limits."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest
import requests

from devstack.vision.server import Addresses
from tests.vision.shapes import png


@pytest.fixture
def post(addresses: Addresses) -> Callable[..., requests.Response]:
    def call(body: object, path: str = "/v1/images:annotate") -> requests.Response:
        return requests.post(addresses.rest + path, json=body, timeout=10)

    return call


Post = Callable[..., requests.Response]


def asking(feature: object = "LABEL_DETECTION") -> dict[str, Any]:
    content = base64.b64encode(png(6, 4)).decode()
    return {"requests": [{"image": {"content": content}, "features": [{"type": feature, "maxResults": 1}]}]}


@pytest.mark.parametrize("feature", ["LABEL_DETECTION", 4])
@pytest.mark.parametrize(
    "path",
    [
        "/v1/images:annotate",
        "/v1/images:annotate?$alt=json;enum-encoding=int",
        "/v1/projects/p/locations/eu/images:annotate",
        "/v1/projects/p/images:annotate",
    ],
)
def test_an_answer_has_the_public_json_form(post: Post, path: str, feature: object) -> None:
    [response] = post(asking(feature), path).json()["responses"]
    assert set(response) == {"labelAnnotations"}
    [label] = response["labelAnnotations"]
    assert set(label) == {"mid", "description", "score", "topicality"}
    assert label["description"] == "Size 6 x 4"


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
def test_a_malformed_call_is_an_invalid_argument(post: Post, body: object) -> None:
    answer = post(body)
    assert answer.status_code == 400
    assert answer.json()["error"]["status"] == "INVALID_ARGUMENT"
    assert answer.json()["error"]["code"] == 400


def test_a_body_above_the_json_limit_is_refused(addresses: Addresses) -> None:
    answer = requests.post(f"{addresses.rest}/v1/images:annotate", data=bytes(10_485_761), timeout=10)
    assert answer.status_code == 400
    assert "exceeds the limit: 10485760 bytes" in answer.json()["error"]["message"]


@pytest.mark.parametrize("body", [1, [1], [{"no_such_field": 1}], "x"])
def test_faults_that_make_no_sense_are_refused(post: Post, body: object) -> None:
    assert post(body, "/_devstack/faults").status_code == 400


def test_an_ordered_refusal_says_when_to_come_back(post: Post, order: Callable[..., None]) -> None:
    order(status=429, retry_after=3)
    answer = post(asking())
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "3"
    assert answer.json()["error"]["status"] == "RESOURCE_EXHAUSTED"
    assert post(asking()).ok


def test_a_fault_for_one_transport_leaves_the_other_alone(post: Post, order: Callable[..., None]) -> None:
    order(status=503, path="ImageAnnotator/BatchAnnotateImages")
    assert post(asking()).ok


def test_it_is_healthy_once_it_listens(addresses: Addresses) -> None:
    assert requests.get(f"{addresses.rest}/healthz", timeout=5).status_code == 200
