"""Many shoppers at one instance: the requests per second that it answers, and the memory it then holds."""

from __future__ import annotations

import os
import random
import statistics
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from http import HTTPStatus
from itertools import cycle, islice, repeat
from typing import NamedTuple

from devstack.bench.search import footprint, photos
from devstack.bench.search.figures import Measured, Target, median_ms, p99_ms, row, say
from devstack.bench.search.functions import NAMES, THREADS, Functions, Name
from devstack.bench.search.load import Post, Reply, alone, crowd, steady_rate
from devstack.bench.search.upstreams import Upstreams
from devstack.stack import LocalStack

SHOPPERS = 80
WARM_UP, COUNTED = 80, 320
"""Answers that are not counted because the instance may still be starting, and those that are."""

LEAST_OF_BARE = 0.95
AGAIN: Sequence[Name] = ("bare", "ours") * 2
"""Those that are compared run three times in all, and their medians count: single runs of the same code
differ by 2%, and a machine's own pace by more."""

_SENT = WARM_UP + COUNTED + SHOPPERS


class Clocks(NamedTuple):
    """Seconds: the wall's, and the processor's that the function, the services and this process took."""

    wall: float
    function: float
    services: float
    driver: float

    @classmethod
    def read(cls, worker: int, services: Iterable[int]) -> Clocks:
        """Read all now."""
        behind = sum(map(footprint.cpu_seconds, services))
        return cls(time.perf_counter(), footprint.cpu_seconds(worker), behind, time.process_time())


@dataclass(frozen=True, slots=True)
class Rush:
    """The replies, in the order of time, and the time they took."""

    replies: list[Reply]
    took: Clocks

    @property
    def rate(self) -> float:
        """Answers per second in the steady middle."""
        return steady_rate(self.replies, WARM_UP, COUNTED)

    @property
    def wrong(self) -> int:
        """The number of answers that were not as they should be."""
        return sum(reply.wrong for reply in self.replies)

    def cells(self) -> tuple[float | str, ...]:
        """The cells of its row in the table."""
        seconds = [reply.seconds for reply in self.replies]
        each = 1_000 * self.took.function / len(self.replies)
        busy = (cpu / self.took.wall for cpu in self.took[1:])
        return self.rate, median_ms(seconds), p99_ms(seconds), each, *busy, str(self.wrong)


def measure_throughput(functions: Functions, stack: LocalStack, upstreams: Upstreams) -> Measured:
    """Let the shoppers at each function in turn, and print."""
    photo = photos.encoded(photos.drawn(photos.STOREFRONT), "JPEG")
    say(f"1. One instance, {SHOPPERS} shoppers at once, photos of {len(photo) / 1e3:.0f} kB, all different.")
    say(f"   {THREADS} threads, for guide the framework's default; {COUNTED} answers after {WARM_UP}.")
    say(f"   Beside it how many of the {os.cpu_count()} processor cores were busy: in the function, in the")
    say("   local services behind it, in the driver.")
    say(
        row("", "answers/s", "median ms", "p99 ms", "CPU ms each", "function", "services", "driver", "errors")
    )
    runs: dict[Name, list[Rush]] = {name: [] for name in NAMES}
    for name in (*NAMES, *AGAIN):
        runs[name].append(_rush(functions, stack, name, photo))
        say(row(name, *runs[name][-1].cells()))
    say(f"   {THREADS} threads that only ask the services get {_ceiling(upstreams, photo):.2f} answers/s")
    return _measured(runs)


def _ceiling(upstreams: Upstreams, photo: bytes) -> float:
    """Return how many answers per second the local services give, which work on the same processor."""
    with ThreadPoolExecutor(THREADS) as pool:
        started = time.perf_counter()
        done = list(pool.map(upstreams.seconds, photos.different(photo, COUNTED)))
        return len(done) / (time.perf_counter() - started)


def _rush(functions: Functions, stack: LocalStack, name: Name, photo: bytes) -> Rush:
    with functions.serving(name) as function:
        posts = (Post(each) for each in photos.different(photo, 1 + _SENT))
        alone(function.port, islice(posts, 1))
        worker, services = function.worker(), stack.processes.pids().values()
        before = Clocks.read(worker, services)
        replies = crowd(function.port, posts, SHOPPERS)
        after = Clocks.read(worker, services)
    return Rush(replies, Clocks(*(late - early for late, early in zip(after, before, strict=True))))


def _measured(runs: Mapping[Name, Sequence[Rush]]) -> Measured:
    rates = {name: statistics.median(run.rate for run in each) for name, each in runs.items()}
    wrong = sum(run.wrong for each in runs.values() for run in each)
    targets = [
        Target("throughput, ours to bare", rates["ours"] / rates["bare"], LEAST_OF_BARE, least=True),
        Target("errors under load", wrong, 0),
    ]
    return Measured(targets, {f"answers per second, {THREADS} threads in one instance": rates})


REQUESTS, COMPARED = 1_000, 200
"""A leak raises the peaks, of which the first and the last so many requests are compared; between them it is
chance how much malloc has given back."""

STARTS = 3
"""The median of so many counts: which pictures are decoded at the same moment differs from run to run."""

FEW_SHOPPERS = 8
OURS: tuple[Name, ...] = ("ours", "labels")
MOST_GROWTH = 1.05
MOST_MIB = 190

_MEDIUM = (1200, 900)
_TOO_LARGE = 16_000_000


class _Footprint(NamedTuple):
    """The most MiB in the first and the last `COMPARED` requests, those at the end, and wrong answers."""

    early: float
    peak: float
    late: float
    wrong: int


def measure_memory(functions: Functions) -> Measured:
    """Send the requests, look at the process on the way, and print."""
    say(f"5. Memory of ours, {REQUESTS} requests of every kind by {FEW_SHOPPERS} shoppers; {STARTS} starts.")
    sent = kinds()
    runs = {name: [_memory(functions, name, sent) for _ in range(STARTS)] for name in OURS}
    held = {name: statistics.median(run.late for run in each) for name, each in runs.items()}
    targets = [target for name, each in runs.items() for target in _judged(name, each)]
    return Measured(targets, {f"memory after {REQUESTS:,} mixed requests, MiB": held})


def _judged(name: Name, runs: Sequence[_Footprint]) -> list[Target]:
    growth = statistics.median(run.peak / run.early for run in runs)
    return [
        Target(f"memory, {name}", statistics.median(run.late for run in runs), MOST_MIB, " MiB"),
        Target(f"growth of memory, {name}", growth, MOST_GROWTH),
        Target(f"errors with mixed requests, {name}", sum(run.wrong for run in runs), 0),
    ]


def _memory(functions: Functions, name: Name, sent: Sequence[Post]) -> _Footprint:
    posts = mixed(sent)
    with functions.serving(name) as ours:
        replies = crowd(ours.port, islice(posts, COMPARED), FEW_SHOPPERS)
        early = footprint.peak_mib(ours.worker())
        replies += crowd(ours.port, islice(posts, REQUESTS - 2 * COMPARED), FEW_SHOPPERS)
        footprint.forget_peak(ours.worker())
        replies += crowd(ours.port, islice(posts, COMPARED), FEW_SHOPPERS)
        late, peak = footprint.resident_mib(ours.worker()), footprint.peak_mib(ours.worker())
    wrong = sum(reply.wrong for reply in replies)
    say(f"   {name}: {_counted(replies)}; {wrong} not as they should be")
    say(f"   at most {early:.0f} MiB in the first {COMPARED}, {peak:.0f} in the last; then {late:.0f} MiB")
    return _Footprint(early, peak, late, wrong)


def kinds() -> list[Post]:
    """The kinds of requests, each as often as it is sent in one round."""
    small, medium = photos.drawn(photos.STOREFRONT), photos.drawn(_MEDIUM)
    jpeg = photos.encoded(small, "JPEG")
    camera = photos.encoded(photos.drawn(photos.CAMERA), "JPEG")
    return [
        *repeat(Post(jpeg), 6),
        *repeat(Post(camera), 3),
        *repeat(Post(photos.encoded(medium, "PNG"), "image/png"), 2),
        *repeat(Post(photos.encoded(medium, "WEBP"), "image/webp"), 2),
        *repeat(Post(photos.encoded(small, "HEIF"), "image/heic"), 2),
        Post(jpeg[: len(jpeg) // 2], expected=HTTPStatus.UNPROCESSABLE_ENTITY),
        Post(b"%PDF-1.7", expected=HTTPStatus.UNSUPPORTED_MEDIA_TYPE),
        Post(b"hello", "text/plain", expected=HTTPStatus.UNSUPPORTED_MEDIA_TYPE),
        Post(jpeg, target="/?page=-1", expected=HTTPStatus.BAD_REQUEST),
        Post(bytes(_TOO_LARGE), expected=HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    ]


def mixed(kinds: Sequence[Post]) -> Iterator[Post]:
    """Yield rounds of all kinds for ever, in an order of chance, no two bodies the same.

    The order is that of the first `COMPARED` time and again: peaks tell which large pictures come together.
    """
    chance = random.Random(4)  # noqa: S311 - a repeatable order, no secret
    order = [kind for _ in range(COMPARED // len(kinds)) for kind in chance.sample(kinds, len(kinds))]
    for number, kind in enumerate(cycle(order)):
        yield replace(kind, body=kind.body + number.to_bytes(4))


def _counted(replies: Sequence[Reply]) -> str:
    counts = Counter(reply.status for reply in replies)
    return ", ".join(f"{times} x {status}" for status, times in sorted(counts.items()))
