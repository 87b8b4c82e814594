"""Pictures to Vision's requests, in batches, and its answers to labels."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from shared.errors import Failure, Misconfigured, Permanent, Transient
from shared.labeling import Labeler, PictureLimits
from shared.labeling.providers.google_vision.errors import CallFailed, Code, failure_of
from shared.model import Label, Labels, Picture

if TYPE_CHECKING:
    from google.cloud.vision_v1 import AnnotateImageResponse, EntityAnnotation

MODEL = "builtin/stable"
LABEL_DETECTION = 4

MAX_BATCH = 16
"""Pictures in one request; from the page "Quotas and limits", as are the two below."""

MAX_FILE_BYTES = 20_000_000

MAX_INLINE_BYTES = 7_250_000
"""Bytes of pictures in one request: its JSON form may have 10 MB, and base64 takes 37 % more than the bytes.

The page gives no limit of its own for gRPC, where the bytes travel as they are; the same is kept there.
"""

MAX_PIXELS = 75_000_000


Annotate = Callable[[Mapping[str, Any], float], "Sequence[AnnotateImageResponse]"]
"""Answers a BatchAnnotateImagesRequest before a deadline on `time.monotonic`, or raises `CallFailed`."""


class GoogleVision(Labeler):
    """Labels pictures by LABEL_DETECTION.

    Pictures given as bytes may have `MAX_INLINE_BYTES`; larger ones must lie in Cloud Storage, where Vision
    reads them with the caller's rights. Every batch ends within `timeout` seconds. A batch refused as a whole
    for what is in it is asked again picture by picture within the same time, so that one picture cannot spoil
    the others; Vision bills only what it answers.
    """

    name = "google-vision"
    limits = PictureLimits(
        formats=frozenset({"JPEG", "MPO", "PNG", "GIF", "BMP", "WEBP", "ICO", "TIFF"}),
        max_bytes=MAX_FILE_BYTES,
        max_pixels=MAX_PIXELS,
        inline_bytes=MAX_INLINE_BYTES,
    )

    def __init__(
        self,
        connect: Callable[[], Annotate],
        *,
        parent: str = "",
        timeout: float,
        min_score: float,
        max_labels: int,
    ) -> None:
        self.recogniser_id = f"google-vision/label-detection/{MODEL}/min={min_score:g}/max={max_labels}"
        self._connect = connect
        self._lock = threading.Lock()
        self._annotate: Annotate | None = None
        self._parent = {"parent": parent} if parent else {}
        self._timeout = timeout
        self._min_score = min_score
        self._feature = {"type_": LABEL_DETECTION, "max_results": max_labels, "model": MODEL}
        self._max_labels = max_labels

    def prepare(self) -> None:
        """See `Labeler`: imports Google's client, and connects at the first call."""
        self._connected()

    def label_many(self, pictures: Sequence[Picture]) -> list[Labels | Failure]:
        """See `Labeler`; pictures that no request can hold are refused without a call."""
        outcomes: list[Labels | Failure | Misconfigured | None] = list(map(_refusal, pictures))
        sendable = [position for position, refusal in enumerate(outcomes) if refusal is None]
        for batch in _batches(sendable, [len(picture.content or b"") for picture in pictures]):
            answered = self._ask([pictures[position] for position in batch], time.monotonic() + self._timeout)
            for position, outcome in zip(batch, answered, strict=True):
                outcomes[position] = outcome
        return sparing_answers([outcome for outcome in outcomes if outcome is not None])

    def _connected(self) -> Annotate:
        with self._lock:
            if self._annotate is None:
                self._annotate = self._connect()
            return self._annotate

    def _ask(self, batch: Sequence[Picture], deadline: float) -> list[Labels | Failure | Misconfigured]:
        try:
            answers = self._connected()(self._request(batch), deadline)
        except CallFailed as error:
            if error.code == Code.INVALID_ARGUMENT and len(batch) > 1:
                return [outcome for picture in batch for outcome in self._ask([picture], deadline)]
            return [failure_of(error.code, error.message) for _ in batch]
        pairs = zip_longest(batch, answers[: len(batch)])
        return [_missing() if answer is None else self._outcome(answer) for _, answer in pairs]

    def _request(self, batch: Iterable[Picture]) -> dict[str, Any]:
        requests = [{"image": _image(picture), "features": [self._feature]} for picture in batch]
        return {"requests": requests, **self._parent}

    def _outcome(self, answer: AnnotateImageResponse) -> Labels | Failure | Misconfigured:
        if answer.error.code:
            return failure_of(answer.error.code, answer.error.message)
        return clean(answer.label_annotations, self._min_score)[: self._max_labels]


def sparing_answers(outcomes: Sequence[Labels | Failure | Misconfigured]) -> list[Labels | Failure]:
    """Raise what is misconfigured, but not while there are answers beside it: those are paid for.

    Then it is one picture's passing failure; asked again, without those answered, it is raised.
    """
    answered = any(isinstance(outcome, tuple) for outcome in outcomes)
    sparing: list[Labels | Failure] = []
    for outcome in outcomes:
        if isinstance(outcome, Misconfigured) and not answered:
            raise outcome
        sparing.append(Transient("denied", str(outcome)) if isinstance(outcome, Misconfigured) else outcome)
    return sparing


def clean(annotations: Iterable[EntityAnnotation], min_score: float) -> Labels:
    """Labels best first, each name once whatever its case, scores in 0..1 and at least `min_score`."""
    unique: dict[str, Label] = {}
    certain = [annotation for annotation in annotations if annotation.score >= min_score]
    for annotation in sorted(certain, key=lambda annotation: -annotation.score):
        if name := annotation.description.strip():
            unique.setdefault(name.casefold(), Label(name, min(max(annotation.score, 0.0), 1.0)))
    return tuple(unique.values())


def _missing() -> Transient:
    return Transient("vision-incomplete", "Vision answered for fewer pictures than it was asked")


def _refusal(picture: Picture) -> Permanent | None:
    if picture.content is None:
        return None
    if not picture.content:
        return Permanent("bad-picture", "the picture is empty")
    if len(picture.content) > MAX_INLINE_BYTES:
        return Permanent(
            "too-large",
            f"the picture has {len(picture.content)} bytes and a request holds {MAX_INLINE_BYTES}; scale it"
            " down or give it as a gs:// URI",
        )
    return None


def _batches(positions: Iterable[int], sizes: Sequence[int]) -> Iterator[list[int]]:
    batch: list[int] = []
    for position in positions:
        full = len(batch) == MAX_BATCH or sum(sizes[held] for held in [*batch, position]) > MAX_INLINE_BYTES
        if batch and full:
            yield batch
            batch = []
        batch.append(position)
    if batch:
        yield batch


def _image(picture: Picture) -> dict[str, Any]:
    if picture.uri is not None:
        return {"source": {"image_uri": picture.uri}}
    return {"content": picture.content}
