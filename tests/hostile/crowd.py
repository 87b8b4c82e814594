"""Run as a program: threads open a folder of files as product pictures; prints what that took, as JSON."""

from __future__ import annotations

import json
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from shared.errors import Failure
from shared.imaging import MAX_SIDE, Picture
from shared.imaging.confined import Confined
from shared.imaging.opening import MEMORY_BYTES, PRODUCT_PATIENCE, PictureOpener
from shared.memory import MemoryBudget, bound_heap
from tests.hostile.processes import THIS, children, mebibytes, text

THREADS = 4
"""The deployed concurrency of enrich; a crowd in the room of shoppers' photos is with the search function."""

PAUSE = 0.02
CLOCK = 100.0
"""Seconds that a decoder may take by the clock, which runs on while the machine does something else."""


class Taken(NamedTuple):
    """What became of a file: seconds of the thread, and times it was sent away."""

    name: str
    outcome: str
    thread: float
    busy: int


class Peaks:
    """The most memory that the decoding children had, in MiB, looked up again and again."""

    def __init__(self) -> None:
        self.resident = self.reserved = 0.0
        threading.Thread(target=self._look, daemon=True).start()

    def _look(self) -> None:
        while True:
            time.sleep(PAUSE)
            for child in children():
                self._note(child)

    def _note(self, child: Path) -> None:
        # Before it runs its program, it has this process's memory.
        if "shared.imaging.child" in text(child / "cmdline"):
            self.resident = max(self.resident, mebibytes(child, "VmHWM"))
            self.reserved = max(self.reserved, mebibytes(child, "VmPeak"))


def main(folder: Path) -> None:
    """Print the peaks of both processes in MiB, the longest time in seconds, and what each file became."""
    bound_heap()
    decoder, budget = Confined(PRODUCT_PATIENCE, clock=CLOCK), MemoryBudget(MEMORY_BYTES, PRODUCT_PATIENCE)
    peaks, opener = Peaks(), PictureOpener(decoder, budget)

    def took(path: Path) -> Taken:
        content, busy = path.read_bytes(), 0
        started = time.thread_time()
        while (outcome := opened(opener, content)) == "busy":
            busy += 1
            time.sleep(PAUSE)
        return Taken(path.name, outcome, time.thread_time() - started, busy)

    with ThreadPoolExecutor(THREADS) as pool:
        taken = list(pool.map(took, sorted(folder.iterdir())))
    report = {
        "peak": mebibytes(THIS, "VmHWM"),
        "child": peaks.resident,
        "child's addresses": peaks.reserved,
        "slowest": max((each.thread, each.name) for each in taken),
        "busy": sum(each.busy for each in taken),
        "outcomes": {each.name: each.outcome for each in taken},
    }
    sys.stdout.write(json.dumps(report))


def opened(opener: PictureOpener, content: bytes) -> str:
    """Open a file; returns "picture", or why not, or the size that it should not have."""
    try:
        size = opener.raster(Picture(content)).size
    except Failure as error:
        return error.reason if str(error) else "no message"
    return "picture" if 0 < min(size) <= max(size) <= MAX_SIDE else repr(size)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
