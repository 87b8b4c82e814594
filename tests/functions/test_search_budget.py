"""A day's budget of recognizer calls, at real instances of the function that share it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests

from devstack.endpoints import encoder_variables
from devstack.serving import Fault
from devstack.stack import LocalStack
from tests.functions.instances import calls, instance, search
from tests.outside import Outside
from tests.pictures import jpeg

BUDGET = 5
photos = (jpeg(seed) for seed in itertools.count(2_000))

Start = Callable[..., tuple[str, ExitStack]]
"""Starts an instance with further settings; returns its address and how to end it."""


@pytest.fixture
def start(stack: LocalStack, outside: Outside, tmp_path: Path) -> Iterator[Start]:
    """Every test has a day of its own."""
    outside.seed([{"objectID": "b1", "labels": [{"description": "Boot", "score": 0.9}]}])
    names = stack.endpoints
    counted = f"{names.storage_url}/storage/v1/b/{names.label_bucket}/o/spending%2Fsearch.json"
    requests.delete(counted, timeout=5)
    shared = {"LABEL_BUCKET": names.label_bucket, "STORAGE_EMULATOR_HOST": names.storage_url}
    with ExitStack() as running:

        def starting(**env: str) -> tuple[str, ExitStack]:
            own = running.enter_context(ExitStack())
            env = {**shared, "DAILY_RECOGNIZER_BUDGET": str(BUDGET), **env}
            return own.enter_context(instance(stack, env, tmp_path)), own

        yield starting


def missing(answer: requests.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return list(answer.json().get("degraded", ()))


def test_two_instances_and_a_restart_ask_the_recognizer_no_oftener_than_the_budget_allows(
    stack: LocalStack, start: Start
) -> None:
    eyes, before, known = encoder_variables(), calls(stack), next(photos)
    (first, ending), (second, _) = start(**eyes), start(**eyes)
    answers = [missing(search(first, known)) for _ in range(3)]
    answers += [missing(search(url, next(photos))) for url in (second, first)]
    ending.close()
    third, _ = start(**eyes)
    answers += [missing(search(url, next(photos))) for url in (third, second)]
    assert answers == [[]] * 7  # five photos, of which one came three times
    beyond = [missing(search(url, next(photos))) for url in (second, third, second)]
    assert beyond == [["labels"]] * 3
    assert calls(stack) - before == BUDGET


def test_calls_that_fail_and_are_repeated_count_as_well(stack: LocalStack, start: Start) -> None:
    before = calls(stack)
    url, _ = start(**encoder_variables())
    stack.set_faults("recognizer", Fault(status=503, times=100))
    try:
        assert [missing(search(url, next(photos))) for _ in range(3)] == [["labels"]] * 3
        assert 0 < calls(stack) - before <= BUDGET
    finally:
        stack.set_faults("recognizer")


def test_without_an_encoder_a_search_beyond_the_budget_is_asked_to_come_again_tomorrow(
    stack: LocalStack, start: Start
) -> None:
    before, known = calls(stack), next(photos)
    url, _ = start(ENCODER="none", DAILY_RECOGNIZER_BUDGET="1")
    assert [missing(search(url, known)) for _ in range(2)] == [[], []]
    for _ in range(5):
        answer = search(url, next(photos))
        assert (answer.status_code, answer.headers["Content-Type"]) == (503, "application/problem+json")
        assert "after midnight UTC" in answer.json()["detail"]
        assert 0 < int(answer.headers["Retry-After"]) <= 86_400
    assert search(url, known).status_code == 200
    assert calls(stack) - before == 1


def test_while_the_count_cannot_be_reached_searches_go_without_labels(
    stack: LocalStack, start: Start
) -> None:
    before = calls(stack)
    url, _ = start(**encoder_variables(), STORAGE_EMULATOR_HOST="http://127.0.0.1:1")
    assert [missing(search(url, next(photos))) for _ in range(4)] == [["labels"]] * 4
    assert calls(stack) == before
