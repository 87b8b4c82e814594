"""How long a new process takes from its start to its first whole answer."""

from __future__ import annotations

import statistics
import time
from contextlib import closing

from devstack.bench.search import photos
from devstack.bench.search.figures import Target, row, say
from devstack.bench.search.functions import NAMES, PATIENCE, Functions, Name
from devstack.bench.search.load import Post, Reply, Shopper

RUNS = 7
MOST_OF_GUIDE = 0.7


def measure(functions: Functions) -> list[Target]:
    """Start each function in turn, several times, and print."""
    say(f"3. First answer of a new process, from its start to the end of the answer, {RUNS} runs, in s.")
    say(row("", "median", "least", "most", "errors"))
    post = Post(photos.encoded(photos.drawn(photos.STOREFRONT), "JPEG"))
    runs: dict[Name, list[Reply]] = {name: [] for name in NAMES}
    for _ in range(RUNS):
        for name in NAMES:
            runs[name].append(_first(functions, name, post))
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


def _first(functions: Functions, name: Name, post: Post) -> Reply:
    started = time.perf_counter()
    with functions.started(name) as function, closing(Shopper(function.port)) as shopper:
        function.child.wait_healthy(PATIENCE)
        reply = shopper.send(post)
    return Reply(reply.finished - started, reply.finished, reply.status, reply.expected)
