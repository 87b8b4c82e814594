"""Pictures to ViSenze, one request each, and its answers to labels."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from io import BytesIO

from PIL import Image

from shared.labeling.converting import fitting
from shared.labeling.limits import LOCAL_LIMITS
from shared.labeling.one_by_one import OneByOne
from shared.labeling.providers.visenze.answers import Answer, labels, largest
from shared.model import Labels

FORMATS = frozenset({"JPEG"})

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
    limits = LOCAL_LIMITS

    def __init__(  # noqa: PLR0913 - what `create` was told
        self,
        connect: Callable[[], Ask],
        *,
        recogniser_id: str,
        only_largest: bool,
        timeout: float,
        min_score: float,
        max_labels: int,
    ) -> None:
        self.recogniser_id = recogniser_id
        self._connect = connect
        self._lock = threading.Lock()
        self._ask: Ask | None = None
        self._only_largest = only_largest
        self._timeout = timeout
        self._min_score = min_score
        self._max_labels = max_labels

    def prepare(self) -> None:
        """See `Labeler`: imports requests, and connects at the first call."""
        self._connected()

    def _connected(self) -> Ask:
        with self._lock:
            if self._ask is None:
                self._ask = self._connect()
            return self._ask

    def _look(self, content: bytes) -> Labels:
        sent = fitting(content, FORMATS, MAX_FILE_BYTES, MAX_SIDE)
        answer = self._connected()(sent, time.monotonic() + self._timeout)
        objects = largest(answer.objects) if self._only_largest else answer.objects
        with Image.open(BytesIO(sent), formats=sorted(FORMATS)) as image:
            return labels(objects, image.size, self._min_score)[: self._max_labels]
