"""What a shopper gets while a service behind the search function is in trouble, and right after."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager

import pytest
import requests

from devstack.serving import Fault
from devstack.stack import LocalStack, Server, StackOptions
from devstack.vision.server import VisionFault
from shared.breaking import FAILURES, PAUSE
from tests.functions.instances import PARTS, STORM, at_most, calls, frozen, gone
from tests.functions.instances import search as searching
from tests.outside import Outside, eventually
from tests.pictures import jpeg

VISION_TIMEOUT = 1.0
ALGOLIA_READ_TIMEOUT = 2.0
SLACK = 1.0
"""Seconds for everything else, on a busy machine."""

photos = (jpeg(seed) for seed in itertools.count(100))


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    """A stack of its own, whose recognizer answers at once and is not waited for long."""
    env = {"search": {"RECOGNIZER_TIMEOUT": str(VISION_TIMEOUT)}}
    run_dir = tmp_path_factory.mktemp("stack")
    with LocalStack(StackOptions(PARTS, model=None, threads=32, run_dir=run_dir, env=env)) as running:
        Outside(running).seed([{"objectID": "f1"}])
        assert search(running, next(photos)).status_code == 200
        yield running


@pytest.fixture(autouse=True)
def healed(stack: LocalStack) -> Iterator[None]:
    """Every test leaves a healthy stack, whose function answers again without a restart."""
    yield
    for server in ("algolia", "recognizer"):
        stack.set_faults(server)
    Outside(stack).seed([{"objectID": "f1"}])
    eventually(lambda: search(stack, next(photos)).status_code, lambda status: status == 200)


def search(stack: LocalStack, photo: bytes) -> requests.Response:
    return searching(stack.endpoints.search_url, photo)


def told(stack: LocalStack, answer: requests.Response) -> tuple[int, str | None]:
    """Status and Retry-After of a problem, after a check that it keeps to itself what happened."""
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json().keys() == {"type", "title", "status", "detail"}
    names = stack.endpoints
    for secret in (names.keys.search, names.app_id, "127.0.0.1", "Vision", "fault", "ordered", "Traceback"):
        assert secret not in answer.text
    return answer.status_code, answer.headers.get("Retry-After")


VISION: Mapping[str, tuple[Fault, tuple[int, str | None], int]] = {
    "slow": (Fault(latency_ms=2_500), (503, "2"), 2),
    "429": (Fault(status=429, retry_after=7), (503, "2"), 1),
    "503": (Fault(status=503), (503, "2"), 10),
    "dropped": (Fault(refuse=True), (503, "2"), 10),
    "unavailable inside": (VisionFault(picture_code=14), (503, "2"), 1),
    "denied": (Fault(status=403), (500, None), 1),
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


ALGOLIA: Mapping[str, tuple[Fault, tuple[int, str | None]]] = {
    "slow": (Fault(latency_ms=5_000), (503, "2")),
    "429": (Fault(status=429, retry_after=7), (503, "7")),
    "429 for an hour": (Fault(status=429, retry_after=3_600), (503, "60")),
    "500": (Fault(status=500), (503, "2")),
    "503": (Fault(status=503, retry_after=9), (503, "2")),
    "dropped": (Fault(refuse=True), (503, "2")),
    "redirect": (Fault(status=302), (503, "2")),
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


PATIENCE: Mapping[Server, float] = {"recognizer": VISION_TIMEOUT, "algolia": ALGOLIA_READ_TIMEOUT}
Happening = Callable[[LocalStack, Server], AbstractContextManager[None]]


@pytest.mark.parametrize("happening", [frozen, gone])
@pytest.mark.parametrize("server", PATIENCE)
def test_a_server_that_hangs_or_is_gone_is_told_in_time(
    stack: LocalStack, server: Server, happening: Happening
) -> None:
    with happening(stack, server), at_most(PATIENCE[server] + SLACK):
        assert told(stack, search(stack, next(photos))) == (503, "2")


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


def test_equal_photos_are_labeled_once_in_flight_and_afterwards(stack: LocalStack) -> None:
    before, photo = calls(stack), next(photos)
    stack.set_faults("recognizer", Fault(latency_ms=500))
    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(lambda _: search(stack, photo), range(20)))
    answers.append(search(stack, photo))
    assert {answer.status_code for answer in answers} == {200}
    assert len({str(answer.json()["labels"]) for answer in answers}) == 1
    assert calls(stack) - before == 1
