from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from devstack.vision.server import Service, VisionFault, serving
from shared.errors import Transient
from shared.imaging import Picture
from shared.model import md5
from tests.vision.shapes import SizeRecognizer, png
from tests.vision.standing_in import pointed_to


@pytest.mark.parametrize("transport", ["grpc", "rest"])
def test_it_closes_at_once_though_a_call_waits_for_an_ordered_delay(transport: str) -> None:
    service = Service(SizeRecognizer())
    service.server.set_faults([VisionFault(latency_ms=60_000, status=429)])
    with ThreadPoolExecutor(1) as pool:
        with serving(service) as addresses:
            recognizer = pointed_to(getattr(addresses, transport), timeout=60.0)
            pending = pool.submit(recognizer.label, Picture(png(1, 1)))
            deadline = time.monotonic() + 10
            while not service.server.counts()["calls"] and time.monotonic() < deadline:
                time.sleep(0.01)
            closing = time.monotonic()
        assert time.monotonic() - closing < 2.0
        with pytest.raises(Transient):
            pending.result(timeout=5)


def test_it_counts_how_often_each_content_was_answered() -> None:
    service = Service(SizeRecognizer())
    wide, bad = png(30, 10), b"BM no picture"
    with serving(service) as addresses:
        recognizer = pointed_to(addresses.grpc)
        recognizer.label_many([Picture(wide), Picture(wide), Picture(bad)])
        service.server.set_faults([VisionFault(picture_code=13)])
        recognizer.label_many([Picture(wide)])
        counted = requests.get(f"{addresses.rest}/_devstack/contents", timeout=5).json()
    assert counted == {md5(wide): 2, md5(bad): 1}


def test_faults_that_replace_others_tell_how_many_calls_those_had_yet_to_meet() -> None:
    service = Service(SizeRecognizer())
    assert service.server.set_faults([VisionFault(status=429, times=3), VisionFault(status=500)]) == 0
    with serving(service) as addresses:
        pointed_to(addresses.grpc).label_many([Picture(png(1, 1))])
        orders = requests.post(f"{addresses.rest}/_devstack/faults", json=[], timeout=5).json()
    assert orders == {"pending": 0, "unspent": 3}


def test_an_answer_takes_as_long_as_was_asked_for() -> None:
    started = time.monotonic()
    with serving(Service(SizeRecognizer(), answer_time=0.2)) as addresses:
        pointed_to(addresses.grpc).label(Picture(png(1, 1)))
    assert time.monotonic() - started >= 0.2
