"""Models on this machine: an ONNX file, loaded once, and pictures decoded while it is at work."""

from __future__ import annotations

from abc import abstractmethod
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from onnxruntime import InferenceSession, SessionOptions

from shared.errors import Failure, Misconfigured, Permanent, Reason, Transient
from shared.imaging import Picture, Raster
from shared.labeling import Encoder, unit_vector
from shared.loading import Once
from shared.memory import trim_heap
from shared.model import Vector

LOOK_AHEAD = 8
"""Pictures decoded ahead of the network, 170 kB each at 240 x 240: enough to even out file sizes."""

Pixels = NDArray[np.uint8]
"""One picture as 8-bit RGB of shape [1, height, width, 3]."""

T = TypeVar("T")
"""The thing a network looks at: pixels of a picture, or of several views."""


def pixels_of(raster: Raster) -> Pixels:
    """Return a raster as an array."""
    width, height = raster.size
    return np.frombuffer(raster.rgb(), np.uint8).reshape(1, height, width, 3)


def middle(raster: Raster, side: float) -> tuple[float, float, float, float]:
    """Return the square of that side in the middle of a raster, as a box."""
    left, upper = ((length - side) / 2 for length in raster.size)
    return left, upper, left + side, upper + side


def decoded(pictures: Sequence[Picture], read: Callable[[Picture], T]) -> Iterator[T | Failure]:
    """Decode pictures in their order, several ahead on a thread of their own.

    `read` makes a picture what a network looks at and raises `Permanent` or `Transient`.
    """
    if len(pictures) <= 1:
        yield from (_decode(picture, read) for picture in pictures)
        return
    with ThreadPoolExecutor(1, "decode") as decoder:
        ahead: deque[Future[T | Failure]] = deque()
        for picture in pictures:
            ahead.append(decoder.submit(_decode, picture, read))
            if len(ahead) > LOOK_AHEAD:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()


def _decode(picture: Picture, read: Callable[[Picture], T]) -> T | Failure:
    try:
        return read(picture)
    except (Permanent, Transient) as failure:
        return failure


class LocalEncoder(Encoder):
    """An encoder that asks nobody else."""

    def encode_many(self, pictures: Sequence[Picture]) -> list[Vector | Failure]:
        """See `Encoder`."""
        return self._vectors(self._coordinates(pictures))

    def _vectors(self, coordinates: Iterable[NDArray[np.floating] | Failure]) -> list[Vector | Failure]:
        return [each if isinstance(each, Failure) else self._vector(each) for each in coordinates]

    def _vector(self, coordinates: NDArray[np.floating]) -> Vector | Failure:
        try:
            return unit_vector(coordinates.tolist())
        except ValueError as error:
            return Permanent(Reason.BAD_PICTURE, f"{self.name} sees nothing in this picture: {error}")

    @abstractmethod
    def _coordinates(self, pictures: Sequence[Picture]) -> Iterator[NDArray[np.floating] | Failure]:
        """Yield each picture's coordinates, of shape [dimensions] and any length; raises `Misconfigured`."""


class Session:
    """An ONNX file, loaded at its first use.

    Any number of threads may share it; each call runs on its caller's thread alone, which on a few cores is
    faster than splitting one picture among them. `check` is given what was loaded and raises
    `Misconfigured` for a model of another kind; `setting` names the file, `advice` says how to mend it.
    """

    def __init__(
        self, model: Path, check: Callable[[InferenceSession], None], *, setting: str, advice: str
    ) -> None:
        self._model = model
        self._check = check
        self._setting = setting
        self._advice = advice
        self.loaded = Once(self._load)
        """The session, ready to run; raises `Misconfigured` when the file cannot be loaded."""

    def _load(self) -> InferenceSession:
        options = SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        # The arena keeps 5 to 10 MB for each thread; without it the system gives and takes them for every
        # picture, which is a fifth of its time. What loading freed is given back.
        options.enable_cpu_mem_arena = True
        try:
            session = InferenceSession(self._model, options, providers=["CPUExecutionProvider"])
        except Exception as error:
            problem = f"{self._model} cannot be loaded ({error}); {self._advice}"
            raise Misconfigured(self._setting, problem) from error
        self._check(session)
        trim_heap()
        return session
