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
from tools.live.advice import DEFAULTS, Recommended, recommended
from tools.live.probe import Bench, Finding
from tools.live.probes import PROBES
from tools.live.scratch import CountedConnection, Left, forgotten, made, remove
from tools.output import Told

SEARCH_PRICE, RECORD_PRICE = 0.0005, 0.0004
"""USD for a search, and for a record for a month, beyond what is free (Algolia's page of prices, "Grow")."""

SEARCHES = 80
"""Searches of a check at most, where no probe has to look for a limit."""

_NO_ENCODER = "x"


@dataclass(frozen=True, slots=True)
class Checked:
    """The findings by the probes' names, what fits them, and what it took; `left` is empty, or why not."""

    findings: Mapping[str, Finding]
    recommended: Recommended
    requests: Mapping[str, int]
    removed: Sequence[str]
    left: str
    seconds: float


def check(
    shop: CountedConnection,
    likeness: Likeness,
    told: Told,
    now: Mapping[str, str] = DEFAULTS,
) -> Checked:
    """Ask everything; `now` are the settings in use. Raises `Transient`, `Permanent` and `Misconfigured`."""
    started, left = time.monotonic(), ""
    findings: dict[str, Finding] = {}
    with ended_by_signals():
        removed = forgotten(shop, time.time())
        remove(shop, removed)
        try:
            _ask(shop, likeness, told, findings)
        except Left as error:
            if len(findings) < len(PROBES):
                raise
            left = str(error)
    fitting = recommended(findings, likeness.names.label_facet, now)
    return Checked(findings, fitting, shop.budget.spent, removed, left, time.monotonic() - started)


def _ask(shop: CountedConnection, likeness: Likeness, told: Told, findings: dict[str, Finding]) -> None:
    """Add what is found; what takes rights of the key that only some probes use is asked first."""
    words = (likeness.optional or (versioned(likeness.names.words, _NO_ENCODER),))[0]
    window = likeness.window if likeness.reranks else 0
    settings = shop.settings()
    with made(shop) as scratch:
        scratch.apply(scratch.change_settings(records.settings(words)))
        scratch.apply(scratch.write("addObject", *records.made_records(words)))
        bench = Bench(scratch, shop, likeness.names.label_facet, words, window, settings)
        for done, probe in enumerate(PROBES):
            told(done)
            findings[probe.name] = probe.find(bench)


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
