from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from devstack.vision.annotator import Annotator
from devstack.vision.server import serving
from devstack.vision.service import Service, VisionFault
from shared.errors import Transient
from shared.labeling.providers import google_vision
from shared.model import Picture
from tests.vision.shapes import SizeLabeler, png, read


@pytest.mark.parametrize("transport", ["grpc", "rest"])
def test_it_closes_at_once_though_a_call_waits_for_an_ordered_delay(transport: str) -> None:
    service = Service(Annotator(SizeLabeler(), read))
    service.set_faults([VisionFault(latency_ms=60_000, status=429)])
    with ThreadPoolExecutor(1) as pool:
        with serving(service) as addresses:
            labeler = google_vision.create(endpoint=getattr(addresses, transport), timeout=60.0)
            pending = pool.submit(labeler.label, Picture(png(1, 1)))
            deadline = time.monotonic() + 10
            while not service.counts()["calls"] and time.monotonic() < deadline:
                time.sleep(0.01)
            closing = time.monotonic()
        assert time.monotonic() - closing < 2.0
        with pytest.raises(Transient):
            pending.result(timeout=5)
