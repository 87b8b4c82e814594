"""What Linux tells about this process and its children."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from os import sysconf
from pathlib import Path

THIS = Path("/proc/self")


def children() -> Iterator[Path]:
    """The folders of this process's children."""
    yield from _children_of(THIS)


def _children_of(process: Path) -> Iterator[Path]:
    for task in (process / "task").glob("*/children"):
        yield from (Path("/proc") / child for child in text(task).split())


def mebibytes(process: Path, what: str) -> float:
    """A number from a process's status; 0 where it is gone."""
    _, _, rest = text(process / "status").partition(what + ":")
    return int(rest.split()[0]) / 1024 if rest else 0.0


def peaks(arbiter: int) -> tuple[float, float]:
    """The most memory in MiB that gunicorn's worker processes, and their decoding children, ever held.

    A child that died took its peak with it; the one that is there has decoded what was sent last.
    """
    workers, decoders = _of_function(arbiter)
    worker, decoder = (
        max((mebibytes(each, "VmHWM") for each in each_kind), default=0.0)
        for each_kind in (workers, decoders)
    )
    return worker, decoder


def _of_function(arbiter: int) -> tuple[list[Path], list[Path]]:
    workers = list(_children_of(Path("/proc") / str(arbiter)))
    return workers, [child for worker in workers for child in _children_of(worker)]


def processor_seconds() -> float:
    """What this process and its children, living and dead, have used of the processor."""
    dead = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + dead.ru_utime + dead.ru_stime + sum(map(_used, children()))


def functions_seconds(arbiter: int) -> float:
    """The same of gunicorn's worker processes and their decoding children, living and dead."""
    workers, decoders = _of_function(arbiter)
    return sum(_used(worker, with_dead=True) for worker in workers) + sum(map(_used, decoders))


def _used(process: Path, *, with_dead: bool = False) -> float:
    ticks = text(process / "stat").rpartition(")")[2].split()[11 : 15 if with_dead else 13]
    return sum(map(int, ticks)) / sysconf("SC_CLK_TCK")


def text(file: Path) -> str:
    """A file's content, empty where its process is gone."""
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
