"""The time that one shopper waits beyond the services, and that a new process takes to its first answer."""

from __future__ import annotations

import io
import math
import statistics
import time
from collections.abc import Iterable, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from itertools import islice

from PIL import Image

from devstack.bench.search import footprint, photos
from devstack.bench.search.figures import Measured, Target, median_ms, p99_ms, row, say
from devstack.bench.search.functions import NAMES, PATIENCE, Function, Functions, Name
from devstack.bench.search.load import Post, Reply, Shopper, alone, crowd
from devstack.bench.search.upstreams import Upstreams
from shared.imaging import MAX_SIDE

REQUESTS = 120
WARM_UP = 10
CPU_ROUNDS, CPU_REQUESTS, CPU_SHOPPERS = 3, 48, 8


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

    def decoding_ms(self, photo: bytes) -> float:
        """The time that libjpeg-turbo alone takes to decode it at that size."""
        return median_ms([self._decoding_seconds(photo) for _ in range(DECODED)])

    def _decoding_seconds(self, photo: bytes) -> float:
        started = time.perf_counter()
        with Image.open(io.BytesIO(photo)) as image:
            image.draft("RGB", self.reduced)
            image.load()
        return time.perf_counter() - started


SIZES = (Size("800 px", photos.STOREFRONT), Size("12 megapixels", photos.CAMERA))
DECODED = 10
DECODINGS, MORE_MS = 1.25, 8.0
"""The most that a photo may add to labels alone: so many times its decoding, and so many milliseconds."""

MOST_ADDED_MS = 12.0
"""The most that a photo of 800 px may add by default."""

SHARE_OF_FORMER, FORMER_MS, FORMER_GUIDE_MS = 0.6, 37.9, 7.2
MOST_OF_GUIDES_TIME = SHARE_OF_FORMER * FORMER_MS / FORMER_GUIDE_MS
"""The most processor time of a request, in times of the guide's in the same run: 0.6 of what one took before
hits came without words and the network counted in integers, measured in turn with the present code."""


def measure_added(functions: Functions, upstreams: Upstreams) -> Measured:
    """Ask one after the other, and print."""
    say(f"2. One shopper, {REQUESTS} photos in a row, in turn with the services asked directly, in ms.")
    say(row("", "upstreams", "p99", "function", "p99", "added", "p99", "errors"))
    limits = [(size, DECODINGS * size.decoding_ms(size.photo()) + MORE_MS) for size in SIZES]
    with functions.serving("ours") as ours:
        added = [_added(ours, upstreams, SIZES[0], "ours", MOST_ADDED_MS)]
    with functions.serving("labels") as labels:
        added += [_added(labels, upstreams, size, "labels", limit) for size, limit in limits]
    costs: dict[Name, float] = {"ours": added[0][0].reached, "labels": added[1][0].reached}
    targets = [target for each in added for target in each]
    return Measured(targets, {"added latency for an 800 px photo, median, ms": costs})


def measure_processor(functions: Functions) -> Measured:
    """Let a few shoppers at all functions, in turn so that all meet the same machine, and print."""
    say(f"3. Processor time of a request, {CPU_ROUNDS} x {CPU_REQUESTS} by {CPU_SHOPPERS} shoppers, in ms.")
    say(row("", *(size.name for size in SIZES)))
    with ExitStack() as stack:
        running = {name: stack.enter_context(functions.serving(name)) for name in NAMES}
        by_size = {size: _cpu_of_each(running, size.photo()) for size in SIZES}
    for name in NAMES:
        say(row(name, *(took[name] for took in by_size.values())))
    small = by_size[SIZES[0]]
    target = Target("processor time, ours to guide", small["ours"] / small["guide"], MOST_OF_GUIDES_TIME)
    return Measured([target], {"processor time for an 800 px photo, ms": small})


def _added(function: Function, upstreams: Upstreams, size: Size, name: Name, limit: float) -> list[Target]:
    posts = (Post(each) for each in photos.different(size.photo(), WARM_UP + REQUESTS))
    small = size.sent_on()
    alone(function.port, islice(posts, WARM_UP))
    # In turn, so that both meet the same machine.
    direct, replies = [], []
    with closing(Shopper(function.port)) as shopper:
        for post in posts:
            direct.append(upstreams.seconds(small))
            replies.append(shopper.send(post))
    base, seconds = median_ms(direct), [reply.seconds for reply in replies]
    median, tail, wrong = median_ms(seconds), p99_ms(seconds), sum(reply.wrong for reply in replies)
    what = f"{name}, {size.name}"
    say(row(what, base, p99_ms(direct), median, tail, median - base, tail - base, str(wrong)))
    return [
        Target(f"added by {name} to a photo of {size.name}", median - base, limit, " ms"),
        Target(f"errors of {name} with photos of {size.name}", wrong, 0),
    ]


def _cpu_of_each(running: Mapping[Name, Function], photo: bytes) -> dict[Name, float]:
    posts = (Post(each) for each in photos.different(photo, 1_000_000))
    for function in running.values():
        crowd(function.port, islice(posts, CPU_SHOPPERS), CPU_SHOPPERS)
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
