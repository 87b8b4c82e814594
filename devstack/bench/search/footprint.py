"""What processes take of the machine, read from Linux's /proc ("proc(5)")."""

from __future__ import annotations

import os
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_USER = 11
"""Where utime, stime, cutime and cstime begin among the fields after the command's name."""


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


def _memory(pid: int, field: str) -> float:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    values = dict(line.split(":", 1) for line in lines)
    return int(values[field].split()[0]) / 1024
