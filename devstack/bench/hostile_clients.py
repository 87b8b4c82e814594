"""Shoppers beside hostile clients: `python -m devstack.bench.hostile_clients`.

One instance of the search function with the threads and limits that Terraform gives it by default, served as
in a deployment, without an encoder and with the local services behind it. Shoppers, each request from an
address of its own, search with photos while 32 connections are open that send or read as slowly as they like:
from one address, and from many. The shoppers are measured alone in between. It takes about half an hour, and
ends with 1 when a target is missed.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import count
from statistics import median
from urllib.parse import urlsplit

import requests

from devstack.bench.search import footprint, photos
from devstack.bench.search.figures import Target, median_ms, p99_ms, say, verdict
from devstack.bench.search.hostile import KINDS, Seen, counted, exposed, hostile
from devstack.bench.search.load import Post, Reply, crowd
from devstack.stack import LocalStack

SHOPPERS = 4
REQUESTS, RUNS = 1_000, 5
MOST_TIMES, MOST_MORE_MS = 1.5, 50.0
BUSY = HTTPStatus.SERVICE_UNAVAILABLE


@dataclass(frozen=True, slots=True)
class Case:
    """A kind of hostile clients, from one address or from many; without a kind there are none."""

    kind: str = ""
    many: bool = False

    def __str__(self) -> str:
        return f"{self.kind}, {'many' if self.many else 'one'}" if self.kind else "alone"

    @contextmanager
    def beside(self, port: int) -> Iterator[Seen]:
        """The clients, as long as the block lasts."""
        with hostile(port, KINDS[self.kind], many=self.many) if self.kind else nullcontext(Seen()) as seen:
            yield seen


ALONE = Case()


def cases(kinds: Iterable[str] = KINDS) -> list[Case]:
    """The shoppers alone again and again, so that a machine's worse minutes come to all cases alike."""
    return [case for kind in kinds for case in (ALONE, Case(kind), Case(kind, many=True))]


@dataclass(slots=True)
class Found:
    """Times and failures of the shoppers' requests, run by run."""

    p50: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    def add(self, replies: Sequence[Reply]) -> None:
        """Count a run."""
        seconds = [reply.seconds for reply in replies]
        self.p50.append(median_ms(seconds))
        self.p99.append(p99_ms(seconds))
        self.statuses.update(reply.status for reply in replies)

    @property
    def wrong(self) -> int:
        """Answers that neither are as they should be nor ask to come again."""
        return self.statuses.total() - self.statuses[HTTPStatus.OK] - self.statuses[BUSY]

    def targets(self, case: Case, alone: Found) -> Iterator[Target]:
        """The promises about shoppers beside these clients."""
        usual = median(alone.p99)
        limit = max(MOST_TIMES * usual, usual + MOST_MORE_MS)
        yield Target(f"p99 beside {case}", median(self.p99), limit, " ms")
        yield Target(f"wrong answers beside {case}", self.wrong, 0)


def shopping(port: int, photo: bytes, numbers: Iterator[int], requests_: int) -> list[Reply]:
    """Search with photos that are all different, from addresses that are all different."""
    posts = (
        Post(photo + n.to_bytes(4), forwarded=f"10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}") for n in numbers
    )
    return crowd(port, (next(posts) for _ in range(requests_)), SHOPPERS)


def measured(stack: LocalStack, among: Sequence[Case], runs: int, number: int) -> Mapping[Case, Found]:
    """Measure the cases in turn, again and again, and print."""
    port = urlsplit(stack.endpoints.search_url).port or 0
    photo, numbers = photos.encoded(photos.drawn(photos.STOREFRONT), "JPEG"), count()
    shopping(port, photo, numbers, number // 5)
    found = {case: Found() for case in among}
    say(f"  {'':30}{'p50 ms':>8}{'p99 ms':>10}{'recognized':>12}   answers so far")
    for _ in range(runs):
        for case in among:
            before = _recognizer_calls(stack)
            with case.beside(port) as seen:
                replies = shopping(port, photo, numbers, number)
            each = found[case]
            each.add(replies)
            calls = _recognizer_calls(stack) - before
            told = counted(each.statuses)
            say(
                f"  {case!s:30}{each.p50[-1]:8.1f}{each.p99[-1]:10.1f}{calls:12}   {told}; beside them {seen}"
            )
    return found


def _recognizer_calls(stack: LocalStack) -> int:
    answer = requests.get(f"{stack.endpoints.recognizer_url}/_devstack/calls", timeout=5)
    return int(answer.json()["pictures"])


def main(arguments: Sequence[str] = ()) -> int:
    """Measure, print, and hold against the targets; 1 when one is missed."""
    parser = argparse.ArgumentParser(prog="devstack.bench.hostile_clients")
    parser.add_argument("--kind", action="append", choices=KINDS, help="only these, all by default")
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--requests", type=int, default=REQUESTS)
    options = parser.parse_args(arguments)
    with exposed() as stack:
        found = measured(stack, cases(options.kind or KINDS), options.runs, options.requests)
        worker, *_ = footprint.children(stack.processes.pids()["search"])
        say(f"Memory at its peak: {footprint.peak_mib(worker):.0f} MiB")
    say("Medians of the runs:")
    alone = found[ALONE]
    return verdict(
        [target for case, each in found.items() if case.kind for target in each.targets(case, alone)]
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
