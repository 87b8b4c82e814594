"""Files of pictures looked at, each of them read once."""

from __future__ import annotations

import hashlib
import os
import statistics
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Literal, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from shared.errors import Permanent
from shared.model import Appearance
from tools.output import Told

MAX_BYTES = 20_000_000
"""Of a picture's file; the largest that the search function takes."""

_AHEAD = 16
"""Pictures under way or waiting, so that memory holds a few files and never all."""

Use = Literal["photo", "product"]
"""A picture is a shopper's photo or a product's; one that is left out and searched with is each in turn."""

Whole = NDArray[np.float32]
"""All numbers of a network about a picture, of unit length."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Looks:
    """The looks of one picture, by each use of it; its `whole` is the same in all of them.

    Labels are shared: a picture takes 8 kB of memory for each use, and its `whole` four bytes a number, twice
    when products are compared by it.
    """

    by_use: Mapping[Use, Appearance]
    whole: Whole | None = None


class See(Protocol):
    """Looks at one picture; safe in threads."""

    def __call__(self, content: bytes, uses: AbstractSet[Use]) -> Looks:
        """Say how it looks; raises `Permanent` for a picture nobody can read."""


def mean_direction(wholes: Sequence[Whole]) -> Whole | None:
    """Join what the network tells of a product's pictures, each as much as the others; None of nothing."""
    if len(wholes) == 1:
        return wholes[0]
    total = np.sum(wholes, axis=0) if wholes else np.zeros(0, np.float32)
    return unit(total) if np.any(total) else None


def unit(numbers: Sequence[float] | Whole) -> Whole:
    """Return numbers of unit length, zeros as they are."""
    row = np.asarray(numbers, dtype=np.float32)
    return np.asarray(row / (np.linalg.norm(row) or 1.0), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Seen(Generic[T]):
    """The outcome of looking at pictures: `contents` are digests of them, `refused` says what ailed one.

    `milliseconds` is the median time of a picture, decoding included.
    """

    looks: Mapping[Path, T]
    contents: Mapping[Path, str]
    refused: Mapping[Path, str]
    milliseconds: float


SeenPictures = Seen[Appearance]


@dataclass(frozen=True, slots=True)
class _Glance(Generic[T]):
    path: Path
    content: str
    look: T | None
    refused: str
    milliseconds: float


def see_all(pictures: Iterable[Path], see: Callable[[bytes], T], told: Told) -> Seen[T]:
    """Look at each file once, see `see_each`."""
    return see_each(dict.fromkeys(pictures, see), told)


def see_each(ways: Mapping[Path, Callable[[bytes], T]], told: Told) -> Seen[T]:
    """Look at each file once, in its own way, on as many threads as there are processors.

    Raises what looking raises, but for `Permanent`, which makes a picture refused.
    """
    glances = []
    for number, glance in enumerate(_in_turn(ways), 1):
        glances.append(glance)
        told(number)
    return Seen(
        looks={each.path: each.look for each in glances if each.look is not None},
        contents={each.path: each.content for each in glances},
        refused={each.path: each.refused for each in glances if each.look is None},
        milliseconds=statistics.median([each.milliseconds for each in glances] or [0.0]),
    )


def _in_turn(ways: Mapping[Path, Callable[[bytes], T]]) -> Iterator[_Glance[T]]:
    with ThreadPoolExecutor(min(_AHEAD, os.cpu_count() or 1), "see") as threads:
        ahead: deque[Future[_Glance[T]]] = deque()
        try:
            for path, see in ways.items():
                ahead.append(threads.submit(_glance, path, see))
                if len(ahead) >= _AHEAD:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()
        finally:
            for waiting in ahead:
                waiting.cancel()


def _glance(path: Path, see: Callable[[bytes], T]) -> _Glance[T]:
    started, content = time.perf_counter(), ""
    look, refused = None, ""
    try:
        picture = _read(path)
        content = hashlib.sha256(picture).hexdigest()
        look = see(picture)
    except (OSError, Permanent) as error:
        refused = str(error)
    return _Glance(path, content, look, refused, (time.perf_counter() - started) * 1_000)


def _read(path: Path) -> bytes:
    if path.stat().st_size > MAX_BYTES:
        raise Permanent("too-large", f"the file has more than {MAX_BYTES:,} bytes")
    return path.read_bytes()
