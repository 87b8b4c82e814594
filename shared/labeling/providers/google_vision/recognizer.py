"""Pictures to Vision, whole or the largest product in them, and its answers to labels."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from enum import IntEnum
from functools import partial
from typing import TYPE_CHECKING, Any

from shared.errors import Failure, Transient
from shared.imaging import SENT_SIDE, Imaging, Picture
from shared.imaging.colors import REVISION
from shared.labeling.provider import Wanted
from shared.labeling.providers.google_vision import (
    MAX_BATCH,
    MAX_INLINE_BYTES,
    PROVIDER,
    TAKES,
    SafeSearch,
    VisionReason,
    VisionSettings,
)
from shared.labeling.providers.google_vision.answers import labels_of, largest_object, refusal
from shared.labeling.remote import Problem, RemoteRecognizer, View
from shared.loading import importing
from shared.model import Labels

if TYPE_CHECKING:
    from google.cloud.vision_v1 import AnnotateImageResponse

    from shared.labeling.providers.google_vision.client import Annotate

MODEL = "builtin/stable"

_LOCATED = replace(TAKES, formats=frozenset({"JPEG", "PNG"}), max_side=SENT_SIDE, turned=False)
"""The files in which objects are located: boxes are those of the upright picture, which is what is cut."""

FeatureList = Sequence[Mapping[str, Any]]
"""The field `features` of an AnnotateImageRequest."""


class Type(IntEnum):
    """The types of google.cloud.vision.v1.Feature that matter here."""

    LOGO_DETECTION = 3
    LABEL_DETECTION = 4
    TEXT_DETECTION = 5
    SAFE_SEARCH_DETECTION = 6
    IMAGE_PROPERTIES = 7
    OBJECT_LOCALIZATION = 19


class GoogleVision(RemoteRecognizer["Annotate", "AnnotateImageResponse"]):
    """Labels pictures by LABEL_DETECTION and what else `wanted.features` name.

    For "largest" it asks where the objects are and labels the largest alone, cut out; a picture without any
    is taken whole. `max_labels` counts for each kind of labels; `min_score` is for labels, objects and logos.
    """

    name = PROVIDER.name
    takes = TAKES
    batch_pictures = MAX_BATCH
    batch_bytes = MAX_INLINE_BYTES
    # Vision's quota is counted per minute, longer than any deadline here, and it bills only what it answers.
    retried = frozenset({VisionReason.UNAVAILABLE, VisionReason.FAILED, VisionReason.TIMEOUT})
    timed_out = VisionReason.TIMEOUT

    def __init__(
        self,
        connect: Callable[[], Annotate],
        imaging: Imaging,
        wanted: Wanted,
        min_score: float,
        safe_search: SafeSearch = "",
    ) -> None:
        super().__init__(connect, imaging, wanted.timeout, wanted.again)
        self._safe_search = safe_search
        self._max_labels = wanted.max_labels
        self._features = frozenset(wanted.features)
        self._min_score = min_score
        chosen = f"min={min_score:g}/max={wanted.max_labels}{self._extras()}"
        self.recognizer_id = f"{self.name}/label-detection/{MODEL}/{chosen}"

    def _extras(self) -> str:
        """The part of the id for features that change labels; safe search only refuses pictures."""
        named = {
            "largest": "objects=largest",
            "boxes": "objects=boxes",
            "logos": "logos",
            "text": "text",
            "colors": f"colors-{REVISION}",
        }
        return "".join(f"/{said}" for feature, said in named.items() if feature in self._features)

    def _views(self, pictures: Sequence[Picture]) -> Sequence[View | Problem]:
        if "largest" not in self._features:
            return super()._views(pictures)
        files = [self._file(picture, _LOCATED) for picture in pictures]
        locating = self._requested({Type.OBJECT_LOCALIZATION: True, **self._checking})
        located = self._ask(files, partial(self._annotated, locating))
        return list(map(self._largest, pictures, files, located))

    def _largest(
        self, picture: Picture, file: bytes | Failure, answer: AnnotateImageResponse | Problem
    ) -> View | Problem:
        if isinstance(file, Failure):
            return file
        if isinstance(answer, Problem):
            return answer
        if refused := refusal(answer, self._safe_search):
            return refused
        box = largest_object(answer, self._min_score)
        if box is None:
            return View(file)
        try:
            part = self._imaging.raster(picture, SENT_SIDE).part(box)
            return View(part.jpeg(MAX_INLINE_BYTES), box)
        except Failure as failure:
            return failure

    def _call(self, files: Sequence[bytes], seconds: float) -> Sequence[AnnotateImageResponse | Problem]:
        return self._annotated(self._labeling, files, seconds)

    def _annotated(
        self, features: FeatureList, files: Sequence[bytes], seconds: float
    ) -> Sequence[AnnotateImageResponse | Problem]:
        answers = self._client()(
            [{"image": {"content": file}, "features": features} for file in files], seconds
        )
        unanswered = files[len(answers) :]
        missing = [Transient(VisionReason.INCOMPLETE, VisionReason.INCOMPLETE.happened) for _ in unanswered]
        return [*answers[: len(files)], *missing]

    def _labels(self, answer: AnnotateImageResponse, view: View) -> Labels | Problem:
        if refused := refusal(answer, self._safe_search):
            return refused
        labels = labels_of(answer, self._min_score, self._max_labels)
        return labels if view.box is None else tuple(replace(label, box=view.box) for label in labels)

    @property
    def _labeling(self) -> FeatureList:
        """The features that labels are read from; a picture that was located is checked already."""
        wanted = {
            Type.OBJECT_LOCALIZATION: "boxes" in self._features,
            Type.LOGO_DETECTION: "logos" in self._features,
            Type.TEXT_DETECTION: "text" in self._features,
            Type.IMAGE_PROPERTIES: "colors" in self._features,
        }
        checking = {} if "largest" in self._features else self._checking
        labels = {"type_": Type.LABEL_DETECTION, "max_results": self._max_labels, "model": MODEL}
        return [labels, *self._requested(wanted | checking)]

    @property
    def _checking(self) -> dict[Type, bool]:
        return {Type.SAFE_SEARCH_DETECTION: bool(self._safe_search)}

    def _requested(self, wanted: Mapping[Type, bool]) -> FeatureList:
        return [{"type_": kind, "max_results": self._max_labels} for kind, asked in wanted.items() if asked]


_FOLDERS = (
    "google.cloud.vision_v1",
    "google.cloud.vision_v1.services",
    "google.cloud.vision_v1.services.image_annotator",
)


def connected(settings: VisionSettings, project: str) -> Annotate:
    """Import Google's client and connect it; raises `Misconfigured` where no credentials are found."""
    with importing(without=("aiohttp", "charset_normalizer"), folders=_FOLDERS):
        from shared.labeling.providers.google_vision.client import connect

    return connect(settings, project)
