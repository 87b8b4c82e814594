"""The processor time and memory of processes: of a running one, from Linux's /proc ("proc(5)"), or a command.

Usage: `python footprint.py COMMAND...` runs the command and prints its time and the most memory it had, as
JSON on the last line; a small process of its own, because a child's peak begins with what its parent holds
when it starts it ("getrusage(2)", ru_maxrss, survives execve).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_USER = 11
"""The place where utime, stime, cutime and cstime begin among the fields after the command's name."""


def readable() -> bool:
    """Return whether this system tells."""
    return Path("/proc/self/stat").exists()


def children(pid: int) -> list[int]:
    """Return the ids of the processes that a process started and that still run."""
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [int(child) for child in listed.split()]


def cpu_seconds(pid: int) -> float:
    """Return the processor time a process has taken, its ended children included, to about 10 ms."""
    # The command's name stands in brackets and may hold anything.
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return sum(map(int, fields[_USER : _USER + 4])) / _TICKS


def resident_mib(pid: int) -> float:
    """Return the memory that a process holds now, in MiB."""
    return _memory(pid, "VmRSS")


def peak_mib(pid: int) -> float:
    """Return the most memory that a process has held, in MiB."""
    return _memory(pid, "VmHWM")


def forget_peak(pid: int) -> None:
    """Let the most memory that a process has held count from now on."""
    Path(f"/proc/{pid}/clear_refs").write_text("5", encoding="ascii")


def _memory(pid: int, field: str) -> float:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    values = dict(line.split(":", 1) for line in lines)
    return int(values[field].split()[0]) / 1024


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
