"""The check of an Algolia application: an index of its own, all probes, and nothing left behind."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

from shared.catalog.likeness import Likeness
from shared.catalog.vectors import versioned
from tools.live import records
from tools.live.advice import Recommended, recommended
from tools.live.probe import Bench, Finding, Probe
from tools.live.probes import PROBES
from tools.live.scratch import CountedConnection, forgotten, made, remove
from tools.output import Told

SEARCH_PRICE, RECORD_PRICE = 0.0005, 0.0004
"""USD for a search, and for a record for a month, beyond what is free (Algolia's page of prices, "Grow")."""

SEARCHES = 80
"""Searches of a check at most, where no probe has to look for a limit."""

_NO_ENCODER = "x"


@dataclass(frozen=True, slots=True)
class Checked:
    """The findings by the probes' names, what fits them, and what it took."""

    findings: Mapping[str, Finding]
    recommended: Recommended
    requests: Mapping[str, int]
    removed: Sequence[str]
    seconds: float


def check(
    shop: CountedConnection,
    likeness: Likeness,
    told: Told,
    probes: Sequence[Probe[Bench]] = PROBES,
) -> Checked:
    """Ask everything. Raises `Transient`, `Misconfigured`, and `Permanent` for too many requests."""
    started = time.monotonic()
    words = (likeness.optional or (versioned(likeness.names.words, _NO_ENCODER),))[0]
    with ended_by_signals():
        left = forgotten(shop, time.time())
        remove(shop, left)
        with made(shop) as scratch:
            scratch.apply(scratch.change_settings(records.settings(words)))
            scratch.apply(scratch.write("addObject", *records.made_records(words)))
            bench = Bench(scratch, shop, likeness.names.label_facet, words)
            findings = dict(_asked(probes, bench, told))
    fitting = recommended(findings, likeness.names.label_facet, encodes=likeness.sees_vectors)
    return Checked(findings, fitting, shop.budget.spent, left, time.monotonic() - started)


def _asked(probes: Sequence[Probe[Bench]], bench: Bench, told: Told) -> Iterator[tuple[str, Finding]]:
    for done, probe in enumerate(probes):
        told(done)
        yield probe.name, probe.find(bench)


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """Let SIGTERM end the block as Ctrl-C does, so that what it made is removed."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
