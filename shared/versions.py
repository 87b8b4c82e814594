"""The version of a record: the time of the bucket's state that it describes, in microseconds.

Generations of objects and times of events are Cloud Storage's, and no write may take effect after one of a
newer state. `docs/enrichment.md` argues why these rules are enough, and what clocks have to do with them.
"""

from __future__ import annotations

from dataclasses import dataclass

from shared.model import PictureEvent

CLOCKS = 60_000_000
"""By how much clocks of Cloud Storage and of an instance may differ: what is later has not happened yet."""


@dataclass(frozen=True, slots=True)
class Version:
    """The version of a write; `replaced` is one that cannot be, and has to be overwritten whatever it is."""

    time_us: int
    replaced: int | None = None


def version_of(event: PictureEvent, newest: int, recorded: int | None, now: int) -> Version:
    """The version of what an event's handler lists.

    `newest` is the highest generation listed, `recorded` the version that the record had before, and `now`
    the time between reading that and listing.
    """
    listed = max(newest, _trusted(event, now))
    if recorded is None:
        return Version(listed)
    if recorded > now + CLOCKS:
        return Version(listed, replaced=recorded)
    # Who asks for another look wants it written, though nothing has happened since the record was.
    return Version(max(listed, recorded + 1) if event.requested else listed)


def _trusted(event: PictureEvent, now: int) -> int:
    """The event's time, at the latest that of its delivery; Cloud Storage's own may be ahead of our clock."""
    ahead = 0 if event.requested else CLOCKS
    return event.time_us if event.time_us <= now + ahead else now
