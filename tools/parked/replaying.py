"""Replay: another look at what was parked, and only then an end to it."""

from __future__ import annotations

from itertools import islice

from shared.events import Topic
from tools.parked.held import Held

BATCH = 500
"""Cases whose messages are in flight at once."""


def replayed(held: Held, topic: Topic) -> int:
    """Ask for another look at each case that can be read, and remove it; returns how many these were.

    Raises what a confirmation raises; the batch it belongs to stays parked.
    """
    rest = iter([(case, case.origin) for case in held.cases if case.origin])
    count = 0
    while batch := list(islice(rest, BATCH)):
        asked = [topic.ask(origin.bucket, origin.name, retry_refused=True) for _, origin in batch]
        for confirmation in asked:
            confirmation.wait()
        held.finish([case for case, _ in batch])
        count += len(batch)
    return count
