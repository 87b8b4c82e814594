"""The options of a backfill, and the command that goes on where it stopped; pure."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from shared.catalog.judging import State

_COMMAND = ("uv", "run", "tools", "backfill")


@dataclass(frozen=True, slots=True)
class BackfillOptions:
    """The command's options, as they were given."""

    bucket: str | None = None
    prefix: str = ""
    missing: bool = False
    relabel: bool = False
    after: str = ""
    limit: int | None = None
    rate: float | None = None
    yes: bool = False
    force: bool = False

    def wanted(self, *, creates: bool = False) -> frozenset[State]:
        """The states of records that are wanted, empty for all; `creates` where records are made."""
        missing = {State.BARE, State.STALE, State.PARTIAL, *([State.NO_RECORD] if creates else [])}
        return frozenset((missing if self.missing else set()) | ({State.OTHER} if self.relabel else set()))

    @property
    def whole(self) -> bool:
        """True where the whole bucket is walked."""
        return not (self.bucket or self.prefix or self.after or self.limit)

    def command(self, after: str, done: int = 0) -> str:
        """The command line that goes on behind the picture `after`, once `done` products are done.

        With a limit that is the rest of it, or after the whole of it as many again.
        """
        limit = self.limit and (self.limit - done or self.limit)
        valued = {
            "--prefix": self.prefix,
            "--after": after,
            "--limit": limit,
            "--rate": self.rate and f"{self.rate:g}",
        }
        flags = {
            "--missing": self.missing,
            "--relabel": self.relabel,
            "--yes": self.yes,
            "--force": self.force,
        }
        words = [f"{name}={value}" for name, value in valued.items() if value]
        return shlex.join([*_COMMAND, *words, *(name for name, given in flags.items() if given)])
