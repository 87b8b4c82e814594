"""What the process keeps of memory that was freed: as little as the C library can be told to."""

from __future__ import annotations

import ctypes

_M_MMAP_THRESHOLD = -3
_M_ARENA_MAX, _ARENAS = -8, 2
_M_TRIM_THRESHOLD, _KEPT = -1, 16 * 1024 * 1024
_LARGE_BLOCK = 1024 * 1024


def bound_heap() -> bool:
    """Have the process give freed blocks over 1 MiB back to the system, and share its heap among threads.

    By itself glibc raises that limit to 32 MiB as it goes, and gives each thread an arena that keeps what
    pictures have freed, outside any budget: nearly twice the memory with eight threads. See mallopt(3).
    Where the limit is set, glibc gives back whatever else is freed too, and a photo of 12 megapixels waits 11
    to 17 ms for memory that was there a moment ago: so 16 MiB are kept.

    To be called before there are threads. Returns whether it was obeyed, False on a C library without it.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    wanted = {_M_MMAP_THRESHOLD: _LARGE_BLOCK, _M_ARENA_MAX: _ARENAS, _M_TRIM_THRESHOLD: _KEPT}
    return mallopt is not None and all(mallopt(name, value) == 1 for name, value in wanted.items())


def trim_heap() -> None:
    """Give the system back what is free on the heap; does nothing on a C library without malloc_trim(3)."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
