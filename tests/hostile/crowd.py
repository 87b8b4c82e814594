"""Run as a program: eight threads normalise all files of a folder; prints what that took, as JSON."""

from __future__ import annotations

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from shared.pictures.photo import MEMORY_BYTES, Normaliser, PhotoLimits

from shared.errors import Permanent, Transient
from shared.heap import bound_heap
from shared.imaging.memory import MemoryBudget

THREADS = 8
LIMITS = PhotoLimits(max_bytes=15_000_000, max_pixels=50_000_000)


def main(folder: Path) -> None:
    """Print the most memory in MiB, the longest time in seconds, and what each file became."""
    bound_heap()
    normalise = Normaliser(LIMITS, MemoryBudget(MEMORY_BYTES, patience=60))

    def took(path: Path) -> tuple[float, str, str]:
        content = path.read_bytes()
        start = time.thread_time()
        outcome = "picture"
        try:
            normalise(content)
        except (Permanent, Transient) as error:
            outcome = error.reason
        return time.thread_time() - start, path.name, outcome

    with ThreadPoolExecutor(THREADS) as pool:
        taken = list(pool.map(took, sorted(folder.iterdir())))
    # Not ru_maxrss: a child starts with its parent's.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    peak = int(status.split("VmHWM:")[1].split()[0]) / 1024
    outcomes = {name: outcome for _, name, outcome in taken}
    sys.stdout.write(json.dumps({"peak": peak, "slowest": max(taken)[:2], "outcomes": outcomes}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
