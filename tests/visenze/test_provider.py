"""What only ViSenze's recognizer does, over real HTTP, and its stand-in by raw requests."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import requests
from PIL import Image

from devstack.environment import child_environment
from devstack.recognizers import HIGHEST, confidence
from devstack.standins import KEY, SECRET
from devstack.visenze.server import MAX_BODY_BYTES, PATH, Service, objects, serving
from shared.errors import Failure, Misconfigured, Transient
from shared.imaging import Picture
from shared.labeling import Recognizer
from shared.labeling.providers.visenze import TAKES
from shared.model import Label, Labels
from tests.pictures import encoded, jpeg, scene
from tests.programs import ran
from tests.recognizers.services import Vendor, best

PICTURE = Picture(jpeg(size=(40, 30)))


def test_labels_have_the_attribute_as_kind_and_lie_in_the_picture(vendor: Vendor) -> None:
    size, shape = vendor.create(MAX_LABELS="2").label(PICTURE)
    assert (size.kind, size.score, shape.name, shape.kind) == ("category", HIGHEST, "Round", "shape")
    for label in (size, shape):
        assert label.box is not None
        assert label.box.width < 1


def test_the_largest_objects_labels_are_those_of_one_box(vendor: Vendor) -> None:
    everything = {"LABEL_MIN_SCORE": "0", "MAX_LABELS": "20"}
    pictures = [Picture(jpeg(size=(width, 30))) for width in range(31, 40)]
    merged = vendor.create(**everything).label_many(pictures)
    alone = vendor.create(**everything, RECOGNIZER_FEATURES="largest").label_many(pictures)
    for both, one in zip(merged, alone, strict=True):
        assert not isinstance(both, Failure)
        assert not isinstance(one, Failure)
        assert [label.name for label in both] == [label.name for label in one]
        assert len({label.box for label in one}) == 1


@pytest.mark.parametrize(
    ("setting", "value", "same"),
    [
        ("VISENZE_TAG_GROUP", "other", False),
        ("RECOGNIZER_FEATURES", "largest", False),
        ("LABEL_MIN_SCORE", "0.1", False),
        ("MAX_LABELS", "3", False),
        ("RECOGNIZER_TIMEOUT", "3", True),
        ("VISENZE_SECRET_KEY", "another", True),
    ],
)
def test_settings_of_answers_change_the_id(vendor: Vendor, setting: str, value: str, *, same: bool) -> None:
    known = vendor.recognizer.recognizer_id
    assert known == "visenze/v1/image/recognize/shapes/objects=merge/min=0.5/max=10"
    assert (vendor.create(**{setting: value}).recognizer_id == known) is same


@pytest.mark.parametrize(
    ("content", "sent"),
    [
        *((encoded(scene((40, 30)), kind), "40 x 30") for kind in ("WEBP", "PNG", "GIF", "BMP", "TIFF")),
        (jpeg(size=(4_096, 30)), "2048 x 15"),
        (jpeg(size=(30, 4_096)), "15 x 2048"),
    ],
    ids=lambda value: str(value)[:9],
)
def test_what_is_no_jpeg_or_has_a_longer_side_is_made_fit(vendor: Vendor, content: bytes, sent: str) -> None:
    assert best(vendor.recognizer.label(Picture(content))) == f"JPEG {sent}"


def test_a_file_of_more_bytes_is_sent_in_fewer(vendor: Vendor) -> None:
    noise = Image.effect_noise((2_000, 2_000), 120).convert("RGB")
    file = encoded(noise, quality=100, subsampling=0)
    assert len(file) > TAKES.max_bytes
    assert best(vendor.recognizer.label(Picture(file))).startswith("JPEG ")
    assert vendor.counted == (1, 1)


def test_keys_are_in_no_log_and_no_message(vendor: Vendor, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    recognizer = vendor.create()
    recognizer.label(PICTURE)
    vendor.order(status=401, error=f"{KEY} and {SECRET} are not known")
    with pytest.raises(Misconfigured) as raised:
        recognizer.label(PICTURE)
    told = f"{raised.value!r} {caplog.text} {vars(recognizer)}"
    assert "are not known" in told
    assert not [key for key in (KEY, SECRET) if key in told]


LABELING = """
import sys
from pathlib import Path
from shared import wiring
from shared.imaging import Picture
from shared.settings.labeling import LabelingSettings

recognizer = wiring.chosen_recognizer(LabelingSettings.from_env())
loaded = "requests" in sys.modules
print(loaded, recognizer.label(Picture(Path(sys.argv[1]).read_bytes()))[0].name)
"""


def test_requests_loads_with_the_first_picture_and_no_proxy_or_netrc(vendor: Vendor, tmp_path: Path) -> None:
    (tmp_path / "picture.jpg").write_bytes(PICTURE.content or b"")
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login somebody password else\n")
    proxy = dict.fromkeys(("HTTP_PROXY", "http_proxy"), "http://127.0.0.1:1")
    env = {
        **vendor.env,
        "ENCODER": "none",
        **proxy,
        "NO_PROXY": "",
        "no_proxy": "",
        "NETRC": str(tmp_path / "netrc"),
    }
    done = ran(sys.executable, "-c", LABELING, str(tmp_path / "picture.jpg"), env=child_environment(env))
    assert (done.stdout, done.stderr) == ("False JPEG 40 x 30\n", "")


FILE = jpeg(size=(40, 30))
FORM: dict[str, Any] = {
    "data": {"tag_group": "shapes", "limit": "2"},
    "files": {"file": FILE},
    "auth": (KEY, SECRET),
}
DENIED = (401, "Invalid access key or secret key")


def post(url: str, **others: object) -> requests.Response:
    return requests.post(url + PATH, timeout=10, **FORM | others)


class Tired(Recognizer):
    name = recognizer_id = "tired"

    def label_many(self, pictures: Sequence[Picture]) -> list[Labels | Failure]:
        return [Transient("tired", "not now") for _ in pictures]


def test_an_answer_has_the_form_that_callers_take_apart(vendor: Vendor) -> None:
    answer = post(vendor.url).json()
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
        ({"auth": None}, *DENIED),
        ({"auth": (KEY, "wrong")}, *DENIED),
        ({"auth": None, "headers": {"Authorization": "Basic ???"}}, *DENIED),
        ({"data": {}}, 200, "The parameter tag_group is missing"),
        ({"files": {}}, 200, "Invalid image file"),
        ({"files": {"file": b"text"}}, 200, "Invalid image file"),
        ({"files": {"file": bytes(MAX_BODY_BYTES)}}, 413, "The file is too large"),
    ],
    ids=["no keys", "a wrong key", "no base64", "no group", "no file", "no picture", "10 MB"],
)
def test_a_refused_call_says_why(vendor: Vendor, others: dict[str, object], status: int, error: str) -> None:
    answer = post(vendor.url, **others)
    assert (answer.status_code, answer.json()) == (status, {"status": "fail", "error": [error]})


def test_a_failure_of_its_own_recognizer_is_no_fault_of_the_picture() -> None:
    service = Service(Tired(), (KEY, SECRET))
    with serving(service) as url:
        assert post(url).json() == {"status": "fail", "error": ["Internal error: not now"]}
    assert service.server.counts() == {"calls": 1, "pictures": 0}


@pytest.mark.parametrize("limit", ["", "many"])
def test_ten_tags_are_given_where_no_limit_is(vendor: Vendor, limit: str) -> None:
    answer = post(vendor.url, data={"tag_group": "shapes", "limit": limit}).json()
    assert len(answer["result"][0]["objects"][0]["tags"]) == 10


def test_a_picture_always_has_the_same_objects_some_two_and_none_without_labels() -> None:
    labels = (Label("Shoe", 0.9), Label("red", 0.6, "color"))
    files = [jpeg(seed) for seed in range(20)]
    found = [objects(file, labels, 10) for file in files]
    assert found == [objects(file, labels, 10) for file in files]
    assert {len(each) for each in found} == {1, 2}
    assert objects(FILE, (), 10) == []
