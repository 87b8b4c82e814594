"""The time that one shopper waits beyond the services, and that a new process takes to its first answer."""

from __future__ import annotations

import io
import math
import statistics
import time
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import islice

from PIL import Image

from devstack.bench.search import footprint, photos
from devstack.bench.search.figures import Target, median_ms, p99_ms, row, say
from devstack.bench.search.functions import NAMES, PATIENCE, Function, Functions, Name
from devstack.bench.search.load import Post, Reply, Shopper, alone, crowd
from devstack.bench.search.upstreams import Upstreams
from shared.imaging import MAX_SIDE

REQUESTS = 120
WARM_UP = 10
CPU_REQUESTS, CPU_SHOPPERS = 48, 8


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
"""The most that a photo may add: so many times its decoding, and so many milliseconds."""


def measure_added(functions: Functions, upstreams: Upstreams) -> list[Target]:
    """Ask one after the other, print, and see what the processor does."""
    say(f"2. One shopper, {REQUESTS} photos in a row, in turn with the services asked directly, in ms.")
    say(row("", "upstreams", "p99", "ours", "p99", "added", "p99", "errors"))
    files = {size: size.photo() for size in SIZES}
    with functions.serving("ours") as ours:
        targets = [target for size, photo in files.items() for target in _added(ours, upstreams, size, photo)]
    with functions.serving("ours + words") as words:
        for size, photo in files.items():
            _added(words, upstreams, replace(size, name=f"{size.name} + words"), photo)
    say(f"   Processor time of a request, {CPU_REQUESTS} of each size by {CPU_SHOPPERS} shoppers, in ms.")
    say(row("", *(size.name for size in SIZES)))
    for name in NAMES:
        with functions.serving(name) as function:
            say(row(name, *(_cpu_ms(function, photo) for photo in files.values())))
    return targets


def _added(ours: Function, upstreams: Upstreams, size: Size, photo: bytes) -> list[Target]:
    posts = (Post(each) for each in photos.different(photo, WARM_UP + REQUESTS))
    small = size.sent_on()
    alone(ours.port, islice(posts, WARM_UP))
    # In turn, so that both meet the same machine.
    direct, replies = [], []
    with closing(Shopper(ours.port)) as shopper:
        for post in posts:
            direct.append(upstreams.seconds(small))
            replies.append(shopper.send(post))
    base, seconds = median_ms(direct), [reply.seconds for reply in replies]
    median, tail, wrong = median_ms(seconds), p99_ms(seconds), sum(reply.wrong for reply in replies)
    say(row(size.name, base, p99_ms(direct), median, tail, median - base, tail - base, str(wrong)))
    decoding = size.decoding_ms(photo)
    say(f"   libjpeg-turbo alone decodes it in {decoding:.1f} ms")
    return [
        Target(f"added to a photo of {size.name}", median - base, DECODINGS * decoding + MORE_MS, " ms"),
        Target(f"errors with photos of {size.name}", wrong, 0),
    ]


def _cpu_ms(function: Function, photo: bytes) -> float:
    posts = (Post(each) for each in photos.different(photo, CPU_SHOPPERS + CPU_REQUESTS))
    crowd(function.port, islice(posts, CPU_SHOPPERS), CPU_SHOPPERS)
    before = footprint.cpu_seconds(function.worker())
    replies = crowd(function.port, posts, CPU_SHOPPERS)
    return 1_000 * (footprint.cpu_seconds(function.worker()) - before) / len(replies)


RUNS = 7
MOST_OF_GUIDE = 0.7


def measure_first(functions: Functions) -> list[Target]:
    """Start each function in turn, several times, and print."""
    say(f"3. First answer of a new process, from its start to the end of the answer, {RUNS} runs, in s.")
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
    say(f"   ours takes x{medians['ours'] / medians['bare']:.2f} of what bare does")
    return [
        Target("first answer, ours to guide", medians["ours"] / medians["guide"], MOST_OF_GUIDE),
        Target("errors at the start", sum(each.wrong for replies in runs.values() for each in replies), 0),
    ]


def _first_reply(functions: Functions, name: Name, post: Post) -> Reply:
    started = time.perf_counter()
    with functions.started(name) as function, closing(Shopper(function.port)) as shopper:
        function.child.wait_healthy(PATIENCE)
        reply = shopper.send(post)
    return Reply(reply.finished - started, reply.finished, reply.status, reply.expected)
