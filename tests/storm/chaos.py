"""What goes wrong while the shop works: faults of recognizer and Algolia, the function's sudden death."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Literal

from devstack import storage
from devstack.serving import Fault
from devstack.stack import LocalStack
from devstack.vision.server import VisionFault
from tests.storm.contents import Contents

RECOGNIZER_TIMEOUT = 2.5
"""Seconds the function waits for the recognizer; a fault that hangs lasts longer. Who is slowed that much by
whatever else the machine does is given up on, and asked again."""

_HANG_MS = round(1_000 * RECOGNIZER_TIMEOUT) + 500
_SLOW_MS = 800
_SETTLING = 0.2
"""Seconds until a call that was under way at a kill has left its traces in Storage."""

Behind = Literal["algolia", "recognizer"]


def recognizer_faults(luck: random.Random, recognizer: str) -> list[Fault]:
    """Throttling, faults of the service, hanging, slow answers; Vision's errors inside a good answer, too."""
    inside = [VisionFault(picture_code=code, pictures=luck.randint(1, 4)) for code in (4, 8, 13, 14)]
    kinds = [
        *(inside if recognizer == "google-vision" else ()),
        *(Fault(status=status) for status in (429, 500, 503)),
        Fault(refuse=True),
        Fault(latency_ms=_HANG_MS, status=504),
        Fault(latency_ms=_SLOW_MS, times=3),
    ]
    return luck.sample(kinds, 3)


def algolia_faults(luck: random.Random, index: str) -> list[Fault]:
    """The same of reads and of writes, only on the function's own paths; slow writes overtake one another."""
    writes = f"/{index}/batch"
    path = luck.choice(("/objects", writes))
    kinds = [
        Fault(path=path, status=429, retry_after=1),
        *(Fault(path=path, status=status) for status in (500, 503)),
        Fault(path=path, refuse=True),
        Fault(path=writes, latency_ms=_SLOW_MS, times=3),
    ]
    return luck.sample(kinds, 2)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A content that was at the recognizer when the function was killed, and which claim said so."""

    content: str
    generation: int


def lost_claims(
    in_flight: Collection[Claimed], claims: Collection[Claimed], settled: Collection[str]
) -> set[Claimed]:
    """Those of the contents in flight at a kill whose answers were lost: not those of another instance.

    Where a claim still stands beside an answer, the call that was made under it came to its end.
    """
    return {each for each in in_flight if each not in claims or each.content not in settled}


@dataclass
class Chaos:
    """Orders trouble and counts it."""

    stack: LocalStack
    contents: Contents
    luck: random.Random
    kills: Counter[str] = field(default_factory=Counter)
    in_flight: set[Claimed] = field(default_factory=set)
    fired: Counter[Behind] = field(default_factory=Counter)

    def strike(self) -> None:
        """Order a few faults of each server in place of what is left of the last ones."""
        self._order("recognizer", *recognizer_faults(self.luck, self.stack.endpoints.recognizer))
        self._order("algolia", *algolia_faults(self.luck, self.stack.endpoints.index))

    def kill(self) -> None:
        """Kill one instance of the function while pictures are at the recognizer, and start it again."""
        killed = self.luck.choice(self.stack.enrich_processes)
        self._order("algolia")
        self._order("recognizer", Fault(latency_ms=400, times=8))
        time.sleep(0.3)
        self.stack.processes.kill(killed)
        self.kills[killed] += 1
        self.calm()
        time.sleep(_SETTLING)
        claims, settled = self._claims()
        self.in_flight |= {claimed for claimed in claims if claimed.content not in settled}
        self.stack.processes.restart(killed)

    def lost_claims(self) -> set[Claimed]:
        """Those in flight at a kill whose answers were lost, as can be said once the storm is over."""
        return lost_claims(self.in_flight, *self._claims())

    def calm(self) -> None:
        """No more faults."""
        self._order("recognizer")
        self._order("algolia")

    def _order(self, server: Behind, *faults: Fault) -> None:
        ordered = sum(fault.times for fault in faults)
        self.fired[server] += ordered - self.stack.set_faults(server, *faults)

    def _claims(self) -> tuple[set[Claimed], set[str]]:
        """The claims in the label store, and the contents that something was said about."""
        names = self.stack.endpoints
        with storage.client(names.storage_url, names.project) as client:
            found = [(blob.name, int(blob.generation)) for blob in client.list_blobs(names.label_bucket)]
        by_file = {content.replace("/", "_").replace("+", "-"): content for content in self.contents.known}
        claims: set[Claimed] = set()
        settled: set[str] = set()
        for name, generation in found:
            file, _, kind = name.rpartition("/")[2].rpartition(".")
            if kind == "claim":
                claims.add(Claimed(by_file[file], generation))
            elif kind == "json":
                settled.add(by_file[file])
        return claims, settled
