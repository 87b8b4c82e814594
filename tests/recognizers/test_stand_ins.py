"""The stand-ins of all services, in a process of their own and beside the services' own words."""

from __future__ import annotations

import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from itertools import cycle
from pathlib import Path

import pytest
import requests

from devstack import recipes
from devstack.environment import REPOSITORY
from devstack.processes import LOOPBACK
from devstack.recognizers import LABELS_PER_PICTURE, ContentRecognizer
from devstack.standins import StandIn, stand_ins
from shared.errors import Permanent, Transient
from shared.imaging import Picture
from shared.model import md5
from tests.contract.recognizer_contract import BAD_PICTURES, PHOTOS
from tests.local import embedded_recognizer
from tests.models import embedded_model
from tests.outside import eventually
from tests.pictures import huge_png, jpeg
from tests.recognizers.services import Vendor, deployed, standing_in

PHOTO = Picture(jpeg())


SIGNALS = cycle((signal.SIGTERM, signal.SIGINT))


@pytest.mark.parametrize(("stand_in", "number"), [*zip(stand_ins().values(), SIGNALS, strict=False)])
def test_its_process_tells_what_its_model_sees_and_ends_at_a_signal(
    stand_in: StandIn, number: signal.Signals, tmp_path: Path
) -> None:
    model = embedded_model(tmp_path)
    command = recipes.recognizer(stand_in, model)
    with subprocess.Popen(command.argv, env=dict(command.env), cwd=REPOSITORY) as process:
        try:
            eventually(command.healthy, bool)
            env = stand_in.variables([f"{LOOPBACK}:{port}" for port in command.ports])
            labels = deployed(env, RECOGNIZER=stand_in.recognizer, MAX_LABELS="5").label(PHOTO)
            process.send_signal(number)
            assert process.wait(10) == 0
        finally:
            process.kill()
    expected = embedded_recognizer(model).label(PHOTO)
    assert labels
    assert [label.name for label in labels] == [label.name for label in expected[: len(labels)]]


@pytest.mark.parametrize("stand_in", stand_ins().values(), ids=stand_ins())
def test_a_model_must_be_there(stand_in: StandIn, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    missing = tmp_path / "model.onnx"
    with pytest.raises(SystemExit) as ended:
        import_module(f"{stand_in.package}.__main__").main(["--model", str(missing)])
    assert ended.value.code == 2
    assert f"EMBEDDED_MODEL: cannot read {missing}" in capsys.readouterr().err


def test_calls_are_counted_and_how_often_each_content_was_looked_at(vendor: Vendor) -> None:
    recognizer, wide, bad = vendor.recognizer, jpeg(size=(300, 100)), b"BM no picture"
    recognizer.label_many([Picture(wide), Picture(wide), Picture(bad)])
    vendor.order(status=400)
    recognizer.label_many([Picture(wide)])
    contents = requests.get(f"{vendor.url}/_devstack/contents", timeout=5).json()
    assert (contents[md5(wide)], contents.get(md5(bad), 0)) == (2, vendor.name == "vision")
    looked_at, calls = (3, 2) if vendor.name == "vision" else (2, 3)
    assert vendor.counted == (calls, looked_at)
    told = requests.get(f"{vendor.url}/_devstack/calls", timeout=5).json()
    assert told == dict(vendor.server.counts())


def test_faults_that_replace_others_tell_how_many_calls_those_had_yet_to_meet(vendor: Vendor) -> None:
    def order(*faults: object) -> requests.Response:
        return requests.post(f"{vendor.url}/_devstack/faults", json=faults, timeout=5)

    assert order({"status": 400, "times": 3}, {"status": 500}).json() == {"pending": 2, "unspent": 0}
    vendor.recognizer.label_many([PHOTO])
    assert order().json() == {"pending": 0, "unspent": 3}


@pytest.mark.parametrize("body", [1, [1], [{"no_such_field": 1}], "x"])
def test_faults_that_make_no_sense_are_refused(vendor: Vendor, body: object) -> None:
    assert requests.post(f"{vendor.url}/_devstack/faults", json=body, timeout=5).status_code == 400


@pytest.mark.parametrize("kind", ["grpc", "visenze", "rekognition"])
def test_an_answer_takes_as_long_as_was_asked_for(kind: str) -> None:
    with standing_in(kind, answer_time=0.2) as vendor:
        vendor.recognizer.label(PHOTO)
        connected = time.monotonic()
        vendor.recognizer.label(PHOTO)
        assert time.monotonic() - connected >= 0.2


@pytest.mark.parametrize("kind", ["grpc", "rest"])
def test_it_closes_at_once_though_a_call_waits_for_an_ordered_delay(kind: str) -> None:
    with ThreadPoolExecutor(1) as pool:
        with standing_in(kind) as vendor:
            vendor.order(latency_ms=60_000, status=429)
            pending = pool.submit(vendor.create(RECOGNIZER_TIMEOUT="60").label, PHOTO)
            eventually(vendor.server.counts, lambda counts: counts["calls"] > 0)
            closing = time.monotonic()
        assert time.monotonic() - closing < 2.0
        with pytest.raises(Transient):
            pending.result(timeout=5)


RECOGNIZER = ContentRecognizer()


def test_the_same_bytes_get_the_same_labels_best_first_each_once_and_others_get_others() -> None:
    found = [RECOGNIZER.label(Picture(photo)) for photo in PHOTOS]
    assert found == [ContentRecognizer().label(Picture(photo)) for photo in PHOTOS]
    assert len(set(map(str, found))) == len(PHOTOS)
    for labels in found:
        scores = [label.score for label in labels]
        assert scores == sorted(scores, reverse=True)
        assert LABELS_PER_PICTURE - 2 <= len({label.name.casefold() for label in labels}) == len(labels)


@pytest.mark.parametrize(
    "content",
    [*BAD_PICTURES.values(), PHOTOS[0] + bytes(20_000_000), huge_png(14_000, 14_000)],
    ids=[*BAD_PICTURES, "many bytes", "many pixels"],
)
def test_what_is_no_fit_picture_is_refused(content: bytes) -> None:
    with pytest.raises(Permanent):
        RECOGNIZER.label(Picture(content))
