"""A function's answers to hostile pictures: from a crowd, and alone where the crowd was waited for."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import requests

from devstack.stack import LocalStack
from tests.hostile.processes import functions_seconds, peaks

MAX_SECONDS = 5.0
"""Alone two to three, by how fast the memory is. For who was not answered so soon they are those of the
processor: it does something else, too."""

PATIENCE, ATTEMPTS = 60.0, 10

MAX_DECODER_MEBIBYTES = 512


@dataclass(frozen=True, slots=True)
class Answered:
    """What a case was answered with, and how long that took in seconds."""

    name: str
    status: int
    seconds: float
    problem: str = ""
    retry_after: int = 0


def answered(name: str, answer: requests.Response) -> Answered:
    problem = "" if answer.ok else answer.text
    wait = int(answer.headers.get("Retry-After", 0))
    return Answered(name, answer.status_code, answer.elapsed.total_seconds(), problem, wait)


def from_a_crowd(ask: Callable[[str], Answered], names: Sequence[str], clients: int) -> list[Answered]:
    """Each case once, by clients that do not wait for one another."""
    with ThreadPoolExecutor(clients) as crowd:
        return list(crowd.map(ask, names))


def insisting(ask: Callable[[], Answered]) -> Answered:
    """Ask, and again when the function says that it is busy and when to come again."""
    for _ in range(ATTEMPTS):
        answer = ask()
        if answer.status != requests.codes.service_unavailable:
            break
        time.sleep(answer.retry_after)
    return answer


def check_time(
    stack: LocalStack, function: str, crowd: Sequence[Answered], ask_again: Callable[[str], Answered]
) -> None:
    """Nobody is quicker in a crowd than alone: only who was not has to be asked again, as another photo."""
    for each in crowd:
        if each.seconds >= MAX_SECONDS:
            before = functions_seconds(stack.processes.pids()[function])
            ask_again(each.name)
            assert functions_seconds(stack.processes.pids()[function]) - before < MAX_SECONDS, each


def check_memory(stack: LocalStack, function: str, mebibytes: int) -> None:
    worker, decoder = peaks(stack.processes.pids()[function])
    sys.stdout.write(f"{function}: at most {worker:.0f} MiB, its decoder {decoder:.0f} MiB\n")
    assert worker < mebibytes
    assert decoder < MAX_DECODER_MEBIBYTES
