"""Pictures to Vision's requests, in batches that it takes, and its answers back to the pictures."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from shared.errors import Transient
from shared.labeling.providers.google_vision.errors import CallFailed, Code, Problem, failure_of
from shared.once import Once

if TYPE_CHECKING:
    from google.cloud.vision_v1 import AnnotateImageResponse

MAX_BATCH = 16
"""Pictures in one request; from the page "Quotas and limits", as is the size below."""

MAX_INLINE_BYTES = 7_250_000
"""Bytes of pictures in one request: its JSON form may have 10 MB, and base64 takes 37 % more than the bytes.

The page gives no limit of its own for gRPC, where the bytes travel as they are; the same is kept there.
"""

Annotate = Callable[[Mapping[str, Any], float], "Sequence[AnnotateImageResponse]"]
"""Answers a BatchAnnotateImagesRequest before a deadline on `time.monotonic`, or raises `CallFailed`."""

FeatureList = Sequence[Mapping[str, Any]]
"""The field `features` of an AnnotateImageRequest."""


class Asking:
    """Asks Vision for features of pictures; connects at the first of them, once for all threads.

    Every batch ends within `timeout` seconds. A batch refused as a whole for what is in it is asked again
    picture by picture within the same time, so that one picture cannot spoil the others; Vision bills only
    what it answers.
    """

    def __init__(self, connect: Callable[[], Annotate], *, parent: str, timeout: float) -> None:
        self.connected = Once(connect)
        self._parent = {"parent": parent} if parent else {}
        self._timeout = timeout

    def ask(
        self, files: Sequence[bytes | Problem], features: FeatureList
    ) -> list[AnnotateImageResponse | Problem]:
        """Answer each file in its place, where a failure stays as it is."""
        sendable = {at: each for at, each in enumerate(files) if isinstance(each, bytes)}
        answers: dict[int, AnnotateImageResponse | Problem] = {
            at: each for at, each in enumerate(files) if not isinstance(each, bytes)
        }
        for batch in _batches(sendable):
            until = time.monotonic() + self._timeout
            answered = self._ask([sendable[at] for at in batch], features, until)
            answers.update(zip(batch, answered, strict=True))
        return [answers[at] for at in range(len(files))]

    def _ask(
        self, batch: Sequence[bytes], features: FeatureList, deadline: float
    ) -> list[AnnotateImageResponse | Problem]:
        requests = [{"image": {"content": file}, "features": features} for file in batch]
        try:
            answers = self.connected()({"requests": requests, **self._parent}, deadline)
        except CallFailed as error:
            if error.code == Code.INVALID_ARGUMENT and len(batch) > 1:
                return [answer for file in batch for answer in self._ask([file], features, deadline)]
            return [failure_of(error.code, error.message) for _ in batch]
        pairs = zip_longest(batch, answers[: len(batch)])
        return [_missing() if answer is None else answer for _, answer in pairs]


def _missing() -> Transient:
    return Transient("vision-incomplete", "Vision answered for fewer pictures than it was asked")


def _batches(files: Mapping[int, bytes]) -> Iterator[list[int]]:
    batch: list[int] = []
    held = 0
    for at, file in files.items():
        size = len(file)
        if batch and (len(batch) == MAX_BATCH or held + size > MAX_INLINE_BYTES):
            yield batch
            batch, held = [], 0
        batch.append(at)
        held += size
    if batch:
        yield batch
