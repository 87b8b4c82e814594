"""Searches while the recognizer hangs: `python -m devstack.bench.recognizer_down`.

It compares those that wait for it and fail with those that do without its labels. Both search in this
process, as many at a time as in an instance by default, with the default encoder and the default time-outs,
beside the local Algolia and a local Vision that takes pictures and says nothing. It takes about 40 seconds,
and ends with 1 when a target is missed.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from devstack.bench.search import photos
from devstack.bench.search.figures import Target, median_ms, row, say, verdict
from devstack.bench.search.upstreams import encoded_index, slow_stack
from devstack.serving import Fault
from shared import wiring
from shared.analysis import PhotoAnalyzer
from shared.errors import Transient
from shared.model import Refinement
from shared.searching import Searcher
from shared.settings import SearchSettings

THREADS = 8
SECONDS = 12.0
LEAST_TIMES, MOST_MS = 5, 1_000

_HANGS = Fault(latency_ms=3_600_000, times=1_000_000)


@dataclass(frozen=True, slots=True)
class Rush:
    """The seconds of each search, the number that failed, and the seconds from the first to the last."""

    seconds: list[float]
    failed: int
    wall: float

    @property
    def rate(self) -> float:
        """Searches per second, failed ones too."""
        return len(self.seconds) / self.wall


def former(settings: SearchSettings) -> Searcher:
    """Without a breaker: the recognizer has all its time, and without labels there is no answer."""
    encoder = wiring.chosen_encoder(settings)
    extractor = wiring.feature_extractor(encoder, wiring.likeness(settings, encoder, settings.max_filters))
    analyzer = PhotoAnalyzer(
        wiring.chosen_recognizer(settings), extractor, ThreadPoolExecutor(wiring.ENCODING, "features")
    )
    return replace(wiring.searcher(settings), analyzer=analyzer)


WAYS: Mapping[str, Callable[[SearchSettings], Searcher]] = {"before": former, "after": wiring.searcher}


def measured() -> dict[str, Rush]:
    """Let the shoppers search in each way, and print."""
    say(f"{THREADS} threads, photos all different, the recognizer hangs for {SECONDS:g} s and longer.")
    say(row("", "searches/s", "median ms", "searches", "failed"))
    runs = {}
    with slow_stack() as stack:
        env = {**stack.endpoints.search_env(), **encoded_index(stack.endpoints)}
        for name, way in WAYS.items():
            stack.set_faults("recognizer")
            searcher = way(SearchSettings.from_env(env))
            pictures = photos.different(photos.encoded(photos.drawn(photos.STOREFRONT), "JPEG"), 1_000_000)
            searcher.search(next(pictures), None, Refinement())
            stack.set_faults("recognizer", _HANGS)
            runs[name] = run = _rush(searcher, pictures)
            say(row(name, run.rate, median_ms(run.seconds), str(len(run.seconds)), str(run.failed)))
    return runs


def _rush(searcher: Searcher, pictures: Iterator[bytes]) -> Rush:
    """Search in all threads, until no new search begins after `SECONDS`."""
    started = time.perf_counter()
    seconds: list[float] = []
    failures: list[Transient] = []

    def shop(mine: Iterator[bytes]) -> None:
        while (begun := time.perf_counter()) - started < SECONDS:
            try:
                searcher.search(next(mine), None, Refinement())
            except Transient as failure:
                failures.append(failure)
            seconds.append(time.perf_counter() - begun)

    shares = [iter([next(pictures) for _ in range(500)]) for _ in range(THREADS)]
    with ThreadPoolExecutor(THREADS) as threads:
        for _ in threads.map(shop, shares):
            pass
    return Rush(seconds, len(failures), time.perf_counter() - started)


def main() -> int:
    """Measure, print, and hold against the targets; 1 when one is missed."""
    runs = measured()
    times = runs["after"].rate / runs["before"].rate
    targets = [
        Target("searches while the recognizer hangs, after to before", times, LEAST_TIMES, least=True),
        Target("median answer while it hangs", median_ms(runs["after"].seconds), MOST_MS, " ms"),
        Target("failed while it hangs", runs["after"].failed, 0),
    ]
    return verdict(targets)


if __name__ == "__main__":
    sys.exit(main())
