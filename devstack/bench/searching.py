"""The time that the search function adds to its services: `python -m devstack.bench.searching`.

Four functions are served alike and get the same photos: *ours* with labels alone; *ours + words*, the
default, which also encodes each photo and re-ranks a hundred hits; *bare*, which only sleeps as long as the
services take when they are asked directly; and *guide*, which follows Algolia's guide "Search by image".
Behind ours and guide stand the local Vision and the local Algolia, slowed down. It takes about eight minutes,
needs Linux, and ends with 1 when a target is missed.
"""

from __future__ import annotations

import sys
import time

from devstack.bench.search import footprint, latency, photos, under_load
from devstack.bench.search.figures import Target, say, verdict
from devstack.bench.search.functions import Functions
from devstack.bench.search.upstreams import ALGOLIA_MS, RECOGNIZER_MS, Upstreams, slow_stack


def measured() -> list[Target]:
    """Measure and print everything; return the targets."""
    with slow_stack() as stack, Upstreams.connected(stack.endpoints) as upstreams:
        waiting = upstreams.typical_seconds(photos.encoded(photos.drawn(photos.STOREFRONT), "JPEG"))
        say(f"Asked directly, both together take {1_000 * waiting:.0f} ms: as long as bare waits.")
        functions = Functions(stack.endpoints, stack.processes.run_dir, waiting)
        return [
            *under_load.measure_throughput(functions, stack, upstreams),
            *latency.measure_added(functions, upstreams),
            *latency.measure_first(functions),
            *under_load.measure_memory(functions),
        ]


def main() -> int:
    """Measure, print, and hold against the targets; 1 when one is missed."""
    if not footprint.readable():
        say("devstack.bench.searching needs Linux: it reads processor time and memory from /proc")
        return 1
    say("The search function with labels alone (ours) and as it is by default (ours + words), beside one")
    say("that only waits (bare) and one by Algolia's guide (guide).")
    say(f"The recognizer takes {RECOGNIZER_MS} ms, Algolia {ALGOLIA_MS} ms and its own work.")
    started = time.perf_counter()
    targets = measured()
    say(f"Targets, after {time.perf_counter() - started:.0f} s:")
    return verdict(targets)


if __name__ == "__main__":
    sys.exit(main())
