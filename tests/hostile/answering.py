"""A function's answers to the corpus: from a crowd at first, and alone where the crowd was waited for."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from operator import attrgetter

import requests

from devstack.stack import LocalStack
from tests.hostile.processes import peaks

MAX_SECONDS, CROWD_SECONDS = 5.0, 10.0
"""Alone two to three, by how fast the memory is; a decoder's own clock ends after six. A crowd shares two
processors and the memory for pictures: its limit only says that nobody waits for ever."""

MAX_DECODER_MEBIBYTES = 512
LARGE = "12 megapixels of"


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


def check_time(crowd: Sequence[Answered], ask_again: Callable[[str], Answered]) -> None:
    """Nobody is quicker in a crowd than alone: only who was not has to be asked again, as another photo."""
    slowest = max(crowd, key=attrgetter("seconds"))
    assert slowest.seconds < CROWD_SECONDS, slowest
    alone = [ask_again(each.name) for each in crowd if each.seconds >= MAX_SECONDS]
    assert [each for each in alone if each.seconds >= MAX_SECONDS] == []


def check_memory(stack: LocalStack, function: str, mebibytes: int) -> None:
    worker, decoder = peaks(stack.processes.pids()[function])
    sys.stdout.write(f"{function}: at most {worker:.0f} MiB, its decoder {decoder:.0f} MiB\n")
    assert worker < mebibytes
    assert decoder < MAX_DECODER_MEBIBYTES
