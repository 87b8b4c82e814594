"""What a shopper gets while a service behind the search function is in trouble, and right after."""

from __future__ import annotations

import itertools
import os
import signal
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
import requests

from devstack.serving import Fault
from devstack.stack import LocalStack, Part, Server, StackOptions
from devstack.vision.server import VisionFault
from shared.breaking import FAILURES, PAUSE
from tests.outside import Outside, eventually
from tests.pictures import jpeg

VISION_TIMEOUT = 1.0
ALGOLIA_READ_TIMEOUT = 2.0
SLACK = 1.0
"""Seconds for everything else, on a busy machine."""

STORM = 1_000
PARTS: frozenset[Part] = frozenset({"algolia", "recognizer", "search"})
photos = (jpeg(seed) for seed in itertools.count(100))


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    """A stack of its own, whose recognizer answers at once and is not waited for long."""
    options = StackOptions(
        parts=PARTS,
        model=None,
        threads=32,
        run_dir=tmp_path_factory.mktemp("stack"),
        env={"search": {"RECOGNIZER_TIMEOUT": str(VISION_TIMEOUT)}},
    )
    with LocalStack(options) as running:
        Outside(running).seed([{"objectID": "f1"}])
        assert search(running, next(photos)).status_code == 200
        yield running


@pytest.fixture(autouse=True)
def healed(stack: LocalStack) -> Iterator[None]:
    """Every test leaves a healthy stack, whose function answers again without a restart."""
    yield
    for server in ("algolia", "recognizer"):
        stack.set_faults(server)
    eventually(lambda: search(stack, next(photos)).status_code, lambda status: status == 200)


def search(stack: LocalStack, photo: bytes) -> requests.Response:
    return requests.post(stack.endpoints.search_url, files={"image": photo}, timeout=20)


def calls(stack: LocalStack) -> int:
    """The calls that Vision has received so far, answered or not."""
    answer = requests.get(f"{stack.endpoints.recognizer_url}/_devstack/calls", timeout=5)
    return int(answer.json()["calls"])


def told(stack: LocalStack, answer: requests.Response) -> tuple[int, str | None]:
    """Status and Retry-After of a problem, after a check that it keeps to itself what happened."""
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json().keys() == {"type", "title", "status", "detail"}
    names = stack.endpoints
    for secret in (names.keys.search, names.app_id, "127.0.0.1", "Vision", "fault", "ordered", "Traceback"):
        assert secret not in answer.text
    return answer.status_code, answer.headers.get("Retry-After")


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    started = time.monotonic()
    yield
    assert time.monotonic() - started < seconds


@contextmanager
def frozen(stack: LocalStack, server: Server) -> Iterator[None]:
    """The server takes connections and says nothing."""
    group = stack.processes.pids()[server]
    os.killpg(group, signal.SIGSTOP)
    os.waitpid(group, os.WUNTRACED)  # until it stands still
    try:
        yield
    finally:
        os.killpg(group, signal.SIGCONT)


VISION: Mapping[str, tuple[Fault, tuple[int, str | None], int]] = {
    "slow": (Fault(latency_ms=2_500), (503, "2"), 2),
    "429": (Fault(status=429, retry_after=7), (503, "2"), 1),
    "500": (Fault(status=500), (503, "2"), 10),
    "503": (Fault(status=503), (503, "2"), 10),
    "dropped": (Fault(refuse=True), (503, "2"), 10),
    "unavailable inside": (VisionFault(picture_code=14), (503, "2"), 1),
    "denied": (Fault(status=403), (500, None), 1),
    "denied inside": (VisionFault(picture_code=7), (500, None), 1),
    "unheard of inside": (VisionFault(picture_code=9), (500, None), 1),
}


@pytest.mark.parametrize("trouble", VISION)
def test_trouble_of_the_recognizer_is_told_in_time_and_without_a_storm(
    stack: LocalStack, trouble: str
) -> None:
    fault, expected, allowed = VISION[trouble]
    before = calls(stack)
    stack.set_faults("recognizer", *[fault] * STORM)
    with at_most(VISION_TIMEOUT + SLACK):
        assert told(stack, search(stack, next(photos))) == expected
    assert 1 <= calls(stack) - before <= allowed


def test_a_recognizer_that_fails_once_is_asked_again(stack: LocalStack) -> None:
    stack.set_faults("recognizer", Fault(status=503, times=2))
    assert search(stack, next(photos)).status_code == 200


def test_a_photo_that_the_recognizer_cannot_read_is_the_shoppers_fault(stack: LocalStack) -> None:
    stack.set_faults("recognizer", VisionFault(picture_code=3))
    assert search(stack, next(photos)).status_code == 422


ALGOLIA: Mapping[str, tuple[Fault, tuple[int, str | None]]] = {
    "slow": (Fault(latency_ms=5_000), (503, "2")),
    "429": (Fault(status=429, retry_after=7), (503, "7")),
    "429 for an hour": (Fault(status=429, retry_after=3_600), (503, "60")),
    "500": (Fault(status=500), (503, "2")),
    "503": (Fault(status=503, retry_after=9), (503, "2")),
    "dropped": (Fault(refuse=True), (503, "2")),
    "key refused": (Fault(status=403), (500, None)),
    "no such index": (Fault(status=404), (500, None)),
}


@pytest.mark.parametrize("trouble", ALGOLIA)
def test_trouble_of_algolia_is_told_in_time_after_one_call(stack: LocalStack, trouble: str) -> None:
    fault, expected = ALGOLIA[trouble]
    stack.set_faults("algolia", *[fault] * STORM)
    with at_most(ALGOLIA_READ_TIMEOUT + SLACK):
        assert told(stack, search(stack, next(photos))) == expected
    assert stack.set_faults("algolia") == STORM - 1


def test_a_redirect_of_algolia_is_trouble_like_any_other(stack: LocalStack) -> None:
    stack.set_faults("algolia", Fault(status=302))
    assert told(stack, search(stack, next(photos))) == (503, "2")


@pytest.mark.parametrize(
    ("server", "patience"), [("recognizer", VISION_TIMEOUT), ("algolia", ALGOLIA_READ_TIMEOUT)]
)
def test_a_server_that_hangs_is_not_waited_for(stack: LocalStack, server: Server, patience: float) -> None:
    with frozen(stack, server), at_most(patience + SLACK):
        assert told(stack, search(stack, next(photos))) == (503, "2")
    assert search(stack, next(photos)).status_code == 200


@pytest.mark.parametrize("server", ["recognizer", "algolia"])
def test_a_server_that_is_gone_is_told_until_it_is_back(stack: LocalStack, server: Server) -> None:
    stack.kill(server)
    try:
        with at_most(VISION_TIMEOUT + SLACK):
            assert told(stack, search(stack, next(photos))) == (503, "2")
    finally:
        stack.restart(server)
        Outside(stack).seed([{"objectID": "f1"}])


def test_for_a_server_that_hangs_only_some_wait(stack: LocalStack) -> None:
    before = calls(stack)
    stack.set_faults("recognizer", *[Fault(latency_ms=2_500)] * STORM)
    for _ in range(FAILURES):
        assert told(stack, search(stack, next(photos))) == (503, "2")
    with at_most(VISION_TIMEOUT):
        answers = [told(stack, search(stack, next(photos))) for _ in range(5)]
    assert {status for status, _ in answers} == {503}
    assert all(1 <= float(seconds or 0) <= PAUSE for _, seconds in answers)
    assert calls(stack) == before + FAILURES


def at_once(stack: LocalStack, photo: bytes, number: int) -> list[requests.Response]:
    with ThreadPoolExecutor(number) as threads:
        return list(threads.map(lambda _: search(stack, photo), range(number)))


def test_equal_photos_in_flight_are_labeled_once(stack: LocalStack) -> None:
    before = calls(stack)
    stack.set_faults("recognizer", Fault(latency_ms=500))
    answers = at_once(stack, next(photos), 20)
    assert {answer.status_code for answer in answers} == {200}
    assert len({str(answer.json()["labels"]) for answer in answers}) == 1
    assert calls(stack) - before == 1


def test_a_failure_is_shared_by_those_in_flight_and_then_forgotten(stack: LocalStack) -> None:
    before, photo = calls(stack), next(photos)
    stack.set_faults("recognizer", *[Fault(latency_ms=700, status=429)] * STORM)
    assert {answer.status_code for answer in at_once(stack, photo, 20)} == {503}
    assert calls(stack) - before < 5
    stack.set_faults("recognizer")
    assert search(stack, photo).status_code == 200


def test_a_photo_sent_again_is_not_labeled_again(stack: LocalStack) -> None:
    photo = next(photos)
    first = search(stack, photo)
    before = calls(stack)
    assert search(stack, photo).json()["labels"] == first.json()["labels"]
    assert calls(stack) == before
