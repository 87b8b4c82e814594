"""What a shopper gets from a photo that has a vector, while the recognizer is in trouble and right after."""

from __future__ import annotations

import itertools
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any

import pytest
import requests

from devstack.endpoints import encoder_variables, likeness
from devstack.serving import Fault
from devstack.stack import LocalStack, Server, StackOptions
from devstack.vision.server import VisionFault
from shared import wiring
from shared.imaging import Picture
from shared.labeling import Encoder
from shared.model import Appearance
from shared.settings.labeling import LabelingSettings
from shared.wiring import LABELS_DEADLINE
from tests.functions.instances import PARTS, STORM, at_most, calls, frozen, gone
from tests.functions.instances import search as searching
from tests.outside import Outside, eventually
from tests.pictures import jpeg

SLACK = 1.5
"""Seconds for everything else, on a busy machine."""

AT_ONCE = 0.5 * LABELS_DEADLINE
THREADS = 8
PRODUCTS = {f"p{seed}": jpeg(seed) for seed in range(3)}
numbers = itertools.count()


class Wire:
    """Passes bytes on to a port of this machine, or while it `drips` one byte now and then."""

    def __init__(self, listening: socket.socket) -> None:
        self.port, self.to = listening.getsockname()[1], 0
        self.drips = threading.Event()
        self._listening = listening

    def serve(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                with suppress(OSError):
                    far = socket.create_connection(("127.0.0.1", self.to))
                    for pair in ((near, far), (far, near)):
                        threading.Thread(target=self._pass_on, args=pair, daemon=True).start()
                    continue
                near.close()

    def _pass_on(self, source: socket.socket, sink: socket.socket) -> None:
        with source, sink, suppress(OSError):
            while piece := source.recv(65_536):
                while piece:
                    size = 1 if self.drips.is_set() else len(piece)
                    sink.sendall(piece[:size])
                    piece = piece[size:]
                    time.sleep(0.05 if piece else 0)
            sink.shutdown(socket.SHUT_RDWR)


@pytest.fixture(scope="module")
def wire() -> Iterator[Wire]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        made = Wire(listening)
        serving = threading.Thread(target=made.serve)
        serving.start()
        yield made
        listening.shutdown(socket.SHUT_RDWR)
        serving.join()


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory, wire: Wire) -> Iterator[LocalStack]:
    """The default function with the default encoder, and products that hold what it sees."""
    eyes = encoder_variables()
    env = {"search": {**eyes, "VISION_ENDPOINT": f"grpc://127.0.0.1:{wire.port}"}}
    run_dir = tmp_path_factory.mktemp("stack")
    with LocalStack(StackOptions(PARTS, model=None, threads=THREADS, run_dir=run_dir, env=env)) as running:
        wire.to = int(running.endpoints.recognizer_hosts[0].rpartition(":")[2])
        Outside(running).seed(list(records(eyes)))
        assert "degraded" not in told(search(running))
        yield running


def records(env: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    encoder, ways = wiring.chosen_encoder(LabelingSettings.from_env(env)), likeness(env)
    assert isinstance(encoder, Encoder)
    for product, photo in PRODUCTS.items():
        seen = Appearance(vector=encoder.encode(Picture(photo)))
        yield {"objectID": product, **ways.attributes(seen)}


@pytest.fixture(autouse=True)
def healed(stack: LocalStack) -> Iterator[None]:
    """Without a restart searches have labels again."""
    yield
    stack.set_faults("recognizer")
    eventually(lambda: told(search(stack)).get("degraded"), lambda missing: missing is None)


def search(stack: LocalStack, product: str = "p1", **fields: str) -> requests.Response:
    """Ask with the product's picture, which the function never saw before: decoders ignore what follows."""
    photo = PRODUCTS[product] + next(numbers).to_bytes(4)
    return searching(stack.endpoints.search_url, photo, **fields)


def told(answer: requests.Response) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def lines(stack: LocalStack, message: str) -> list[dict[str, Any]]:
    """What the function logged of that name."""
    written = stack.processes.log("search").read_text().splitlines()
    entries = [json.loads(line) for line in written if line.startswith("{")]
    return [entry for entry in entries if entry["message"] == message]


Trouble = Callable[[LocalStack, Wire], AbstractContextManager[None]]


def ordered(fault: Fault) -> Trouble:
    @contextmanager
    def happening(stack: LocalStack, _: Wire) -> Iterator[None]:
        stack.set_faults("recognizer", *[fault] * STORM)
        yield

    return happening


def ours(happening: Callable[[LocalStack, Server], AbstractContextManager[None]]) -> Trouble:
    return lambda stack, _: happening(stack, "recognizer")


@contextmanager
def dripping(_: LocalStack, wire: Wire) -> Iterator[None]:
    """The recognizer's answer comes, a byte at a time."""
    wire.drips.set()
    try:
        yield
    finally:
        wire.drips.clear()


HANGS = ordered(Fault(latency_ms=int(2_000 * LABELS_DEADLINE)))
PASSING: Mapping[str, Trouble] = {
    "429": ordered(Fault(status=429)),
    "503": ordered(Fault(status=503)),
    "unavailable inside": ordered(VisionFault(picture_code=14)),
    "hangs": HANGS,
    "frozen": ours(frozen),
    "drips": dripping,
    "gone": ours(gone),
}
DENIED = ordered(VisionFault(picture_code=7))


def check_degraded(stack: LocalStack, at_once: int) -> None:
    """Both kinds of answers go by what the encoder saw, in time; answers about products lack nothing."""

    def unlabeled(fields: Mapping[str, str]) -> dict[str, Any]:
        with at_most(LABELS_DEADLINE + SLACK):
            answer = told(search(stack, "p2", **fields))
        assert (answer["degraded"], answer["labels"]) == (["labels"], [])
        return answer

    with ThreadPoolExecutor(at_once) as threads:
        found, filters = threads.map(unlabeled, ({}, {"mode": "strict", "return": "filters"}))
    assert found["hits"][0]["objectID"] == "p2"
    assert found["hits"][0]["_visual"]["closeness"] > 0.99
    assert filters["code"]
    assert filters["params"].keys() >= {"optionalFilters"}
    assert "facetFilters" not in filters["params"]
    similar = told(requests.get(f"{stack.endpoints.search_url}/similar/p1", timeout=5))
    assert "degraded" not in similar


@pytest.mark.parametrize("trouble", PASSING)
def test_while_the_recognizer_is_in_trouble_what_looks_alike_is_found(
    stack: LocalStack, wire: Wire, trouble: str
) -> None:
    before = len(lines(stack, "request"))
    with PASSING[trouble](stack, wire):
        check_degraded(stack, at_once=2)
    *photos, similar = lines(stack, "request")[before:]
    assert [line["degraded"] for line in photos] == [["labels"]] * 2
    assert {(line["severity"], line["status"]) for line in photos} == {("WARNING", 200)}
    assert all(line["reason"].startswith(("vision-", "throttled")) for line in photos)
    assert similar["severity"] == "INFO"
    assert "degraded" not in similar


def test_a_wrong_setting_costs_labels_and_is_told_once(stack: LocalStack, wire: Wire) -> None:
    before, asked = len(lines(stack, "misconfigured")), calls(stack)
    with DENIED(stack, wire):
        check_degraded(stack, at_once=1)
    [line] = lines(stack, "misconfigured")[before:]
    assert (line["severity"], line["setting"]) == ("CRITICAL", "RECOGNIZER")
    assert calls(stack) == asked + 1


@pytest.mark.parametrize(("code", "status"), [(3, 422), (9, 500)], ids=["unreadable", "unheard of"])
def test_a_photo_that_the_recognizer_refuses_is_refused(stack: LocalStack, code: int, status: int) -> None:
    for _ in range(5):
        stack.set_faults("recognizer", VisionFault(picture_code=code))
        assert search(stack).status_code == status
    assert "degraded" not in told(search(stack))


def test_a_crowd_waits_once_and_then_not_at_all_until_the_recognizer_is_back(
    stack: LocalStack, wire: Wire
) -> None:
    before = calls(stack)
    with HANGS(stack, wire):
        for seconds in (LABELS_DEADLINE + SLACK, AT_ONCE, AT_ONCE):
            with at_most(seconds), ThreadPoolExecutor(THREADS) as threads:
                answers = list(threads.map(lambda _: told(search(stack)), range(THREADS)))
            assert [answer["degraded"] for answer in answers] == [["labels"]] * THREADS
        assert calls(stack) == before + THREADS


def test_a_photo_has_its_labels_as_soon_as_the_recognizer_is_back(stack: LocalStack) -> None:
    stack.set_faults("recognizer", Fault(status=429))
    photo = PRODUCTS["p0"] + b"the same again"
    first, again = (told(searching(stack.endpoints.search_url, photo)) for _ in range(2))
    assert first["degraded"] == ["labels"]
    assert "degraded" not in again
    assert again["labels"]
