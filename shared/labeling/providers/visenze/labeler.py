"""Pictures to ViSenze, one request each, and its answers to labels."""

from __future__ import annotations

import time
from collections.abc import Callable

from shared.imaging import FileLimits, Imaging
from shared.imaging.jpeg import read_header
from shared.labeling.one_by_one import OneByOne
from shared.labeling.providers.visenze.answers import Answer, labels, largest
from shared.model import Labels
from shared.once import Once

MAX_FILE_BYTES = 5_000_000
"""What is sent; ViSenze publishes no limit for this API, and advises about 1024 x 1024 pixels for others."""

MAX_SIDE = 2_048
"""Pixels."""

Ask = Callable[[bytes, float], Answer]
"""Answers about a JPEG file before a deadline on `time.monotonic`.

Raises `Transient`, `Permanent` or `Misconfigured`.
"""


class Visenze(OneByOne):
    """Labels pictures by one tag group of ViSenze's Recognition API.

    What is not JPEG, or larger than is sent, is converted on this machine first; the request then ends within
    `timeout` seconds. `only_largest` leaves out all objects but the largest.
    """

    name = "visenze"
    takes = FileLimits(frozenset({"JPEG"}), MAX_FILE_BYTES, MAX_SIDE)

    def __init__(  # noqa: PLR0913 - what `create` was told
        self,
        connect: Callable[[], Ask],
        *,
        recogniser_id: str,
        only_largest: bool,
        timeout: float,
        min_score: float,
        max_labels: int,
        imaging: Imaging,
    ) -> None:
        super().__init__(imaging)
        self.recogniser_id = recogniser_id
        self._ask = Once(connect)
        self._only_largest = only_largest
        self._timeout = timeout
        self._min_score = min_score
        self._max_labels = max_labels

    def prepare(self) -> None:
        """See `Labeler`: imports requests, and connects at the first call."""
        self._ask()

    def _look(self, file: bytes) -> Labels:
        answer = self._ask()(file, time.monotonic() + self._timeout)
        objects = largest(answer.objects) if self._only_largest else answer.objects
        size = read_header(file).size
        return labels(objects, size, self._min_score)[: self._max_labels]
