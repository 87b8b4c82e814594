"""The time that the search function adds to its services: `python -m devstack.bench.searching`.

Four functions are served alike and get the same photos: *ours*, the default, which encodes each photo and
re-ranks a hundred hits; *labels*, ours without an encoder; *bare*, which only sleeps as long as the services
take when they are asked directly; and *guide*, which follows Algolia's guide "Search by image". Behind all
but bare stand the local Vision and the local Algolia, slowed down. It takes about 13 minutes, needs Linux
and a quiet machine, and ends with 1 when a target is missed.

`--docs` writes the costs into docs/retrieval.md, and `--json FILE` writes them into a file.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from devstack.bench.search import footprint, latency, photos, under_load
from devstack.bench.search.figures import Measured, say, table, verdict
from devstack.bench.search.functions import Functions
from devstack.bench.search.upstreams import ALGOLIA_MS, RECOGNIZER_MS, Upstreams, slow_stack
from devstack.environment import REPOSITORY

PAGE = REPOSITORY / "docs" / "retrieval.md"
_BETWEEN = re.compile(r"(<!-- costs: made by .*? -->\n).*?(<!-- end of costs -->)", re.DOTALL)


def measured() -> Measured:
    """Measure and print everything."""
    with slow_stack() as stack, Upstreams.connected(stack.endpoints) as upstreams:
        waiting = upstreams.typical_seconds(photos.encoded(photos.drawn(photos.STOREFRONT), "JPEG"))
        say(f"Asked directly, both together take {1_000 * waiting:.0f} ms: as long as bare waits.")
        functions = Functions(stack.endpoints, stack.processes.run_dir, waiting)
        throughput = under_load.measure_throughput(functions, stack, upstreams)
        processor = latency.measure_processor(functions)
        return Measured.together(
            (
                throughput,
                processor,
                latency.measure_added(functions, upstreams, processor.costs[latency.PROCESSOR]["guide"]),
                latency.measure_first(functions),
                under_load.measure_memory(functions),
            )
        )


def with_table(page: str, made: str) -> str:
    """The page with the table between its marks; raises `ValueError` where it has none."""
    changed, times = _BETWEEN.subn(lambda marks: f"{marks[1]}\n{made}\n\n{marks[2]}", page)
    if times != 1:
        raise ValueError("the page lacks the marks of its costs")
    return changed


def main(arguments: Sequence[str] = ()) -> int:
    """Measure, print, and hold against the targets; 1 when one is missed."""
    parser = argparse.ArgumentParser(prog="devstack.bench.searching")
    parser.add_argument("--docs", action="store_true", help="write the costs into docs/retrieval.md")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the costs into a file")
    options = parser.parse_args(arguments)
    if not footprint.readable():
        say("devstack.bench.searching needs Linux: it reads processor time and memory from /proc")
        return 1
    say("The search function as it is by default (ours) and with labels alone (labels), beside one that only")
    say("waits (bare) and one by Algolia's guide (guide).")
    say(f"The recognizer takes {RECOGNIZER_MS} ms, Algolia {ALGOLIA_MS} ms and its own work.")
    started = time.perf_counter()
    found = measured()
    if options.docs:
        PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8"), table(found.costs)), encoding="utf-8")
    if options.json:
        options.json.write_text(json.dumps(found.costs, indent=2) + "\n", encoding="utf-8")
    say(f"Targets, after {time.perf_counter() - started:.0f} s:")
    return verdict(found.targets)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
