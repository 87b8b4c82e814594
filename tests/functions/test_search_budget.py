"""A day's budget of recognizer calls, at real instances of the function that share it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import requests

from devstack import recipes
from devstack.endpoints import encoder_variables
from devstack.processes import Processes
from devstack.stack import LocalStack, Part, StackOptions
from tests.outside import Outside
from tests.pictures import jpeg

BUDGET = 5
PARTS: frozenset[Part] = frozenset({"pubsub", "storage", "algolia", "recognizer"})
photos = (jpeg(seed) for seed in itertools.count(2_000))


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    with LocalStack(
        StackOptions(parts=PARTS, model=None, run_dir=tmp_path_factory.mktemp("stack"))
    ) as running:
        Outside(running).seed([{"objectID": "b1", "labels": [{"description": "Boot", "score": 0.9}]}])
        yield running


class Shop:
    """Instances of the function, which are started and ended as a platform does it."""

    def __init__(self, stack: LocalStack, run_dir: Path, running: ExitStack, **env: str) -> None:
        self._stack, self._run_dir, self._running = stack, run_dir, running
        names = stack.endpoints
        counted = {"LABEL_BUCKET": names.label_bucket, "STORAGE_EMULATOR_HOST": names.storage_url}
        self._env = {**stack.search_env(), **counted, "DAILY_RECOGNIZER_BUDGET": str(BUDGET), **env}

    def start(self) -> tuple[str, Processes]:
        processes = Processes(self._run_dir)
        self._running.callback(processes.end)
        [command] = processes.start(lambda: recipes.function("search", "http", self._env, threads=8))
        return f"http://127.0.0.1:{command.ports[0]}", processes

    def calls(self) -> int:
        answer = requests.get(f"{self._stack.endpoints.recognizer_url}/_devstack/calls", timeout=5)
        return int(answer.json()["calls"])


@pytest.fixture
def running() -> Iterator[ExitStack]:
    with ExitStack() as started:
        yield started


@pytest.fixture(autouse=True)
def unspent(stack: LocalStack) -> None:
    """Every test has a day of its own."""
    names = stack.endpoints
    requests.delete(
        f"{names.storage_url}/storage/v1/b/{names.label_bucket}/o/spending%2Fsearch.json", timeout=5
    )


def search(url: str, photo: bytes) -> requests.Response:
    return requests.post(url, files={"image": photo}, timeout=20)


def missing(answer: requests.Response) -> list[str]:
    told: Mapping[str, Any] = answer.json()
    assert answer.status_code == 200, told
    return list(told.get("degraded", ()))


def test_two_instances_and_a_restart_ask_the_recognizer_no_oftener_than_the_budget_allows(
    stack: LocalStack, running: ExitStack, tmp_path: Path
) -> None:
    shop = Shop(stack, tmp_path, running, **encoder_variables())
    before = shop.calls()
    (first, ending), (second, _) = shop.start(), shop.start()
    known = next(photos)
    answers = [missing(search(first, photo)) for photo in (known, known, known)]
    answers += [missing(search(url, next(photos))) for url in (second, first)]
    ending.end()
    third, _ = shop.start()
    answers += [missing(search(url, next(photos))) for url in (third, second)]
    assert answers == [[]] * 7  # five photos, of which one came three times
    beyond = [missing(search(url, next(photos))) for url in (second, third, second)]
    assert beyond == [["labels"]] * 3
    assert shop.calls() - before == BUDGET


def test_without_an_encoder_a_search_beyond_the_budget_is_asked_to_come_again_tomorrow(
    stack: LocalStack, running: ExitStack, tmp_path: Path
) -> None:
    shop = Shop(stack, tmp_path, running, ENCODER="none", DAILY_RECOGNIZER_BUDGET="1")
    before = shop.calls()
    url, _ = shop.start()
    known = next(photos)
    assert [missing(search(url, known)) for _ in range(2)] == [[], []]
    for _ in range(5):
        answer = search(url, next(photos))
        assert (answer.status_code, answer.headers["Content-Type"]) == (503, "application/problem+json")
        assert "after midnight UTC" in answer.json()["detail"]
        assert 0 < int(answer.headers["Retry-After"]) <= 86_400
    assert search(url, known).status_code == 200
    assert shop.calls() - before == 1


def test_while_the_count_cannot_be_reached_searches_go_without_labels(
    stack: LocalStack, running: ExitStack, tmp_path: Path
) -> None:
    nobody = {"STORAGE_EMULATOR_HOST": "http://127.0.0.1:1"}
    shop = Shop(stack, tmp_path, running, **encoder_variables(), **nobody)
    before = shop.calls()
    url, _ = shop.start()
    assert [missing(search(url, next(photos))) for _ in range(4)] == [["labels"]] * 4
    assert shop.calls() == before
