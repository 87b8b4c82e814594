"""The saving of one decoding of a photo: `python -m devstack.bench.photo`.

*after* is the search function's way: the photo is decoded once, recognizer and encoder look at the same
pixels, and where both are the embedded network it runs once. *before* makes a small JPEG of the photo and
hands that to both, which decode it again. Both search the same local Algolia for the same photos, in turn.
It takes a minute and ends with 1 when a target is missed.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from statistics import median

from devstack.bench.search import photos
from devstack.bench.search.figures import Target, row, say, verdict
from devstack.bench.search.upstreams import encoded_index, slow_stack
from shared import wiring
from shared.imaging import Picture
from shared.model import Appearance, Refinement
from shared.searching import Analyzer, Searcher
from shared.settings import SearchSettings

ROUNDS, REQUESTS, WARM_UP = 5, 12, 3
MOST = 0.75
"""Of the processor time before, where the embedded network both labels and encodes."""

SIZES = {"800 px": photos.STOREFRONT, "12 megapixels": photos.CAMERA}
RECOGNIZERS = ("embedded", "google-vision")


def measured() -> list[Target]:
    """Measure in turn, and print."""
    say(f"Processor time of a search in ms, median of {ROUNDS} rounds of {REQUESTS} photos, all different.")
    say(row("", "", "before", "after", "ratio"))
    targets = []
    with slow_stack() as stack:
        env = {**stack.endpoints.search_env(), **encoded_index(stack.endpoints)}
        for name in RECOGNIZERS:
            searcher = wiring.searcher(SearchSettings.from_env({**env, "RECOGNIZER": name}))
            for size, pixels in SIZES.items():
                sent = photos.different(photos.encoded(photos.drawn(pixels), "JPEG"), 1_000_000)
                before, after = _compared(searcher, sent)
                say(row(name, size, before, after, f"{after / before:.2f}"))
                if name == "embedded":
                    targets.append(Target(f"processor time, {size}, of before", after / before, MOST))
    return targets


def _compared(searcher: Searcher, sent: Iterator[bytes]) -> tuple[float, float]:
    ways = (_decoding_thrice(searcher), searcher)
    for way in ways:
        _cpu_ms(way, sent, WARM_UP)
    rounds = [[_cpu_ms(way, sent, REQUESTS) for way in ways] for _ in range(ROUNDS)]
    before, after = (median(took) for took in zip(*rounds, strict=True))
    return before, after


def _decoding_thrice(searcher: Searcher) -> Searcher:
    """Everybody gets a file, and decodes it for himself."""
    return replace(searcher, analyzer=_OfFiles(searcher.analyzer))


@dataclass(frozen=True, slots=True)
class _OfFiles:
    """An analyzer that makes a file of every photo first."""

    analyzer: Analyzer

    def prepare(self) -> None:
        """See `Analyzer`."""
        self.analyzer.prepare()

    def analyze(self, photo: Picture) -> Appearance:
        """See `Analyzer`."""
        return self.analyzer.analyze(photo if photo.raster is None else Picture(photo.raster.jpeg()))


def _cpu_ms(searcher: Searcher, sent: Iterator[bytes], number: int) -> float:
    chosen = list(islice(sent, number))
    started = time.process_time()
    for photo in chosen:
        searcher.search(photo, None, Refinement())
    return 1_000 * (time.process_time() - started) / number


def main() -> int:
    """Measure, print, and hold against the targets; 1 when one is missed."""
    return verdict(measured())


if __name__ == "__main__":
    sys.exit(main())
