"""The time that one shopper waits beyond the services, and that a new process takes to its first answer."""

from __future__ import annotations

import io
import math
import statistics
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from itertools import islice
from typing import Self

from PIL import Image

from devstack.bench.search import footprint, photos
from devstack.bench.search.figures import Measured, Target, median_ms, p99_ms, row, say
from devstack.bench.search.functions import NAMES, PATIENCE, Function, Functions, Name
from devstack.bench.search.load import Post, Reply, Shopper, alone, crowd
from devstack.bench.search.upstreams import Upstreams
from shared.imaging import MAX_SIDE

REQUESTS = 120
WARM_UP = 10
PROCESSOR = "processor time for an 800 px photo, ms"
CPU_ROUNDS, CPU_REQUESTS, CPU_SHOPPERS = 9, 48, 8


@dataclass(frozen=True, slots=True)
class Size:
    """Photos of one size: what to call them, width and height."""

    name: str
    pixels: tuple[int, int]

    def photo(self) -> bytes:
        """A JPEG file."""
        return photos.encoded(photos.drawn(self.pixels), "JPEG")

    @property
    def reduced(self) -> tuple[int, int]:
        """About what the search function makes of it."""
        width, height = self.pixels
        factor = math.ceil(max(width, height) / MAX_SIDE)
        return width // factor, height // factor

    def sent_on(self) -> bytes:
        """About what it sends to the recognizer."""
        return photos.encoded(photos.drawn(self.reduced), "JPEG")

    def decoding_seconds(self, photo: bytes) -> float:
        """The time that libjpeg-turbo alone takes to decode it at that size."""
        started = time.perf_counter()
        with Image.open(io.BytesIO(photo)) as image:
            image.draft("RGB", self.reduced)
            image.load()
        return time.perf_counter() - started


SIZES = (Size("800 px", photos.STOREFRONT), Size("12 megapixels", photos.CAMERA))
DECODINGS, MORE_MS = 1.25, 8.0
"""The most that a photo may add to labels alone: so many times its decoding, and so many milliseconds."""

MOST_ADDED_MS, PACE_MS = 12.0, 6.6
"""The most that a photo of 800 px may add by default, where one takes the guide's function so much processor
time: machines differ by more than versions of ours do, and the same one from hour to hour."""

SHARE_OF_FORMER, FORMER_MS = 0.6, 25.0
MOST_OF_GUIDES_TIME = SHARE_OF_FORMER * FORMER_MS / PACE_MS
"""The most processor time of a request, in times of the guide's in the same run: 0.6 of what one took before
hits came without words and the network counted in integers."""


def measure_added(functions: Functions, upstreams: Upstreams, guide_ms: float) -> Measured:
    """Ask one after the other, and print; `guide_ms` is the processor time that a photo takes the guide's."""
    say(f"3. One shopper, {REQUESTS} photos in a row, in turn with the services asked directly and with")
    say("   libjpeg-turbo alone, in ms.")
    say(row("", "upstreams", "p99", "function", "p99", "added", "p99", "decoding", "errors"))
    with functions.serving("ours") as ours:
        runs = [_InTurn.of(ours, upstreams, SIZES[0])]
    with functions.serving("labels") as labels:
        runs += [_InTurn.of(labels, upstreams, size) for size in SIZES]
    limits = [MOST_ADDED_MS * guide_ms / PACE_MS, *(DECODINGS * run.decoding + MORE_MS for run in runs[1:])]
    names: Sequence[Name] = ("ours", "labels", "labels")
    targets = [t for name, run, most in zip(names, runs, limits, strict=True) for t in run.told(name, most)]
    costs: dict[Name, float] = {"ours": runs[0].added, "labels": runs[1].added}
    return Measured(targets, {"added latency for an 800 px photo, median, ms": costs})


def measure_processor(functions: Functions) -> Measured:
    """Let a few shoppers at all functions, in turn so that all meet the same machine, and print."""
    say(f"2. Processor time of a request, {CPU_ROUNDS} x {CPU_REQUESTS} by {CPU_SHOPPERS} shoppers, in ms.")
    say(row("", *(size.name for size in SIZES)))
    with ExitStack() as stack:
        running = {name: stack.enter_context(functions.serving(name)) for name in NAMES}
        by_size = {size: _cpu_of_each(running, size.photo()) for size in SIZES}
    for name in NAMES:
        say(row(name, *(took[name] for took in by_size.values())))
    small = by_size[SIZES[0]]
    target = Target("processor time, ours to guide", small["ours"] / small["guide"], MOST_OF_GUIDES_TIME)
    return Measured([target], {PROCESSOR: small})


@dataclass(frozen=True, slots=True)
class _InTurn:
    """Photos of a size: services asked directly, a function, and the decoder alone meet the same machine."""

    size: Size
    direct: Sequence[float]
    replies: Sequence[Reply]
    decoded: Sequence[float]

    @classmethod
    def of(cls, function: Function, upstreams: Upstreams, size: Size) -> Self:
        """Ask in turn."""
        posts = (Post(each) for each in photos.different(size.photo(), WARM_UP + REQUESTS))
        small = size.sent_on()
        alone(function.port, islice(posts, WARM_UP))
        direct, replies, decoded = [], [], []
        with closing(Shopper(function.port)) as shopper:
            for post in posts:
                direct.append(upstreams.seconds(small))
                replies.append(shopper.send(post))
                decoded.append(size.decoding_seconds(post.body))
        return cls(size, direct, replies, decoded)

    @property
    def added(self) -> float:
        """Milliseconds, at the median."""
        return median_ms(self._seconds) - median_ms(self.direct)

    @property
    def decoding(self) -> float:
        """Milliseconds, at the median."""
        return median_ms(self.decoded)

    @property
    def _seconds(self) -> list[float]:
        return [reply.seconds for reply in self.replies]

    def told(self, name: Name, limit: float) -> list[Target]:
        """Print its row, and hold what is added against the limit."""
        base, tail, wrong = median_ms(self.direct), p99_ms(self._seconds), sum(e.wrong for e in self.replies)
        cells = (base, p99_ms(self.direct), median_ms(self._seconds), tail, self.added, tail - base)
        say(row(f"{name}, {self.size.name}", *cells, self.decoding, str(wrong)))
        return [
            Target(f"added by {name} to a photo of {self.size.name}", self.added, limit, " ms"),
            Target(f"errors of {name} with photos of {self.size.name}", wrong, 0),
        ]


def _cpu_of_each(running: Mapping[Name, Function], photo: bytes) -> dict[Name, float]:
    posts = (Post(each) for each in photos.different(photo, 1_000_000))
    for function in running.values():
        crowd(function.port, islice(posts, CPU_REQUESTS), CPU_SHOPPERS)
    rounds = [
        {name: _cpu_ms(each, islice(posts, CPU_REQUESTS)) for name, each in running.items()}
        for _ in range(CPU_ROUNDS)
    ]
    return {name: statistics.median(took[name] for took in rounds) for name in running}


def _cpu_ms(function: Function, posts: Iterable[Post]) -> float:
    before = footprint.cpu_seconds(function.worker())
    replies = crowd(function.port, posts, CPU_SHOPPERS)
    return 1_000 * (footprint.cpu_seconds(function.worker()) - before) / len(replies)


RUNS = 7
MOST_OF_GUIDE = 0.75


def measure_first(functions: Functions) -> Measured:
    """Start each function in turn, several times, and print."""
    say(f"4. First answer of a new process, from its start to the end of the answer, {RUNS} runs, in s.")
    say(row("", "median", "least", "most", "errors"))
    post = Post(photos.encoded(photos.drawn(photos.STOREFRONT), "JPEG"))
    runs: dict[Name, list[Reply]] = {name: [] for name in NAMES}
    for _ in range(RUNS):
        for name in NAMES:
            runs[name].append(_first_reply(functions, name, post))
    medians = {}
    for name, replies in runs.items():
        seconds = [reply.seconds for reply in replies]
        medians[name] = statistics.median(seconds)
        say(row(name, medians[name], min(seconds), max(seconds), str(sum(each.wrong for each in replies))))
    wrong = sum(each.wrong for replies in runs.values() for each in replies)
    targets = [
        Target("first answer, ours to guide", medians["ours"] / medians["guide"], MOST_OF_GUIDE),
        Target("errors at the start", wrong, 0),
    ]
    return Measured(targets, {"first answer of a new process, s": medians})


def _first_reply(functions: Functions, name: Name, post: Post) -> Reply:
    started = time.perf_counter()
    with functions.started(name) as function, closing(Shopper(function.port)) as shopper:
        function.child.wait_healthy(PATIENCE)
        reply = shopper.send(post)
    return Reply(reply.finished - started, reply.finished, reply.status, reply.expected)
