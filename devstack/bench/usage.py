"""Run a command and print how long it took and how much memory it had at most, as JSON on the last line.

Usage: `python usage.py COMMAND...`; a small process of its own, because a child's peak begins with what its
parent holds when it starts it ("getrusage(2)", ru_maxrss, survives execve).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time


def main(command: list[str]) -> int:
    """Run the command, its output to standard error; its exit code is ours."""
    started = time.perf_counter()
    child = subprocess.Popen(command, stdout=sys.stderr)  # noqa: S603 - the bench's own command, no shell
    _, status, used = os.wait4(child.pid, 0)
    # Linux counts kilobytes, macOS bytes.
    peak = used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    measured = {"seconds": time.perf_counter() - started, "cpu": used.ru_utime + used.ru_stime, "peak": peak}
    sys.stdout.write(json.dumps(measured) + "\n")
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
