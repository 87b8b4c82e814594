"""The stand-in without the provider: raw requests, its switches and its limits."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import pytest
import requests

from devstack.recognizers import ContentRecognizer, confidence
from devstack.visenze.server import MAX_BODY_BYTES, PATH, Service, objects, serving
from shared.errors import Failure, Transient
from shared.imaging import Picture
from shared.labeling import Recognizer
from shared.model import Label, Labels, md5
from tests.pictures import jpeg
from tests.visenze.shapes import KEYS

FIELDS = {"tag_group": "shapes", "limit": "2"}
FILE = jpeg(size=(40, 30))

Post = Callable[..., requests.Response]


@pytest.fixture
def post(host: str) -> Post:
    def call(**others: object) -> requests.Response:
        form: dict[str, Any] = {"data": FIELDS, "files": {"file": FILE}, "auth": KEYS, **others}
        return requests.post(host + PATH, timeout=10, **form)

    return call


class Tired(Recognizer):
    name = recognizer_id = "tired"

    def label_many(self, pictures: Sequence[Picture]) -> list[Labels | Failure]:
        return [Transient("tired", "not now") for _ in pictures]


def test_an_answer_has_the_form_that_callers_take_apart(post: Post) -> None:
    answer = post().json()
    assert (answer["status"], answer["error"]) == ("OK", [])
    [result] = answer["result"]
    for seen in result["objects"]:
        left, top, right, bottom = seen["box"]
        assert 0 <= left < right <= 40
        assert 0 <= top < bottom <= 30
    assert result["objects"][0]["tags"] == [
        {"tag": "category:JPEG 40 x 30", "score": confidence(1.0)},
        {"tag": "shape:Round", "score": confidence(0.8)},
    ]


@pytest.mark.parametrize(
    ("others", "status", "error"),
    [
        ({"auth": None}, 401, "Invalid access key or secret key"),
        ({"auth": (KEYS[0], "wrong")}, 401, "Invalid access key or secret key"),
        ({"auth": None, "headers": {"Authorization": "Basic ???"}}, 401, "Invalid access key or secret key"),
        ({"data": {}}, 200, "The parameter tag_group is missing"),
        ({"files": {}}, 200, "Invalid image file"),
        ({"files": {"file": b"text"}}, 200, "Invalid image file"),
        ({"files": {"file": bytes(MAX_BODY_BYTES)}}, 413, "The file is too large"),
    ],
)
def test_a_call_without_labels_says_why(
    post: Post, others: dict[str, object], status: int, error: str
) -> None:
    answer = post(**others)
    assert (answer.status_code, answer.json()) == (status, {"status": "fail", "error": [error]})


def test_a_failure_of_its_own_recognizer_is_no_fault_of_the_picture() -> None:
    service = Service(Tired(), KEYS)
    with serving(service) as host:
        answer = requests.post(host + PATH, data=FIELDS, files={"file": FILE}, auth=KEYS, timeout=10)
    assert answer.json() == {"status": "fail", "error": ["Internal error: not now"]}
    assert service.server.counts() == {"calls": 1, "pictures": 0}


@pytest.mark.parametrize("limit", ["", "many"])
def test_ten_tags_are_given_where_no_limit_is(post: Post, limit: str) -> None:
    answer = post(data={"tag_group": "shapes", "limit": limit}).json()
    assert len(answer["result"][0]["objects"][0]["tags"]) == 10


def test_contents_are_counted_by_their_md5(post: Post, host: str) -> None:
    content = jpeg(seed=77)
    post(files={"file": content})
    post(files={"file": content})
    assert requests.get(f"{host}/_devstack/contents", timeout=5).json()[md5(content)] == 2


@pytest.mark.parametrize("body", [1, [1], [{"no_such_field": 1}], "x"])
def test_faults_that_make_no_sense_are_refused(host: str, body: object) -> None:
    assert requests.post(f"{host}/_devstack/faults", json=body, timeout=5).status_code == 400


def test_faults_are_replaced_and_what_was_left_of_them_is_told(host: str) -> None:
    def set_faults(*faults: dict[str, int]) -> object:
        return requests.post(f"{host}/_devstack/faults", json=faults, timeout=5).json()

    assert set_faults({"status": 500, "times": 3}) == {"pending": 1, "unspent": 0}
    assert set_faults() == {"pending": 0, "unspent": 3}


def test_an_answer_takes_as_long_as_it_is_asked_for() -> None:
    started = time.monotonic()
    with serving(Service(ContentRecognizer(), KEYS, answer_time=0.2)) as host:
        requests.post(host + PATH, data=FIELDS, files={"file": FILE}, auth=KEYS, timeout=10)
    assert time.monotonic() - started >= 0.2


def test_a_picture_always_has_the_same_objects_and_some_have_two() -> None:
    labels = (Label("Shoe", 0.9), Label("red", 0.6, "color"))
    files = [jpeg(seed) for seed in range(20)]
    found = [objects(file, labels, 10) for file in files]
    assert found == [objects(file, labels, 10) for file in files]
    assert {len(each) for each in found} == {1, 2}


def test_nothing_is_in_a_picture_without_labels() -> None:
    assert objects(FILE, (), 10) == []
