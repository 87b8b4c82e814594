"""The largest product in a picture, found by Vision and cut out on this machine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from shared.errors import Failure
from shared.imaging import SENT_SIDE, Imaging, Picture
from shared.labeling.providers.google_vision.answers import largest_object, refusal
from shared.labeling.providers.google_vision.asking import MAX_INLINE_BYTES, Asking
from shared.labeling.providers.google_vision.errors import Problem
from shared.labeling.providers.google_vision.features import Features
from shared.labeling.providers.google_vision.looking import TAKES, Look, View

if TYPE_CHECKING:
    from google.cloud.vision_v1 import AnnotateImageResponse

_LOCATED = replace(TAKES, formats=frozenset({"JPEG", "PNG"}), max_side=SENT_SIDE, turned=False)
"""Boxes are those of the upright picture, which is what is cut."""


class Largest(Look):
    """Asks where the objects are and cuts the largest out; a picture without any is taken whole."""

    def __init__(self, imaging: Imaging, asking: Asking, features: Features, min_score: float) -> None:
        self._imaging = imaging
        self._asking = asking
        self._features = features
        self._min_score = min_score

    def views(self, pictures: Sequence[Picture]) -> list[View | Problem]:
        """See `Look`."""
        files = list(map(self._file, pictures))
        located = self._asking.ask(files, self._features.locating())
        return list(map(self._view, pictures, files, located))

    def _file(self, picture: Picture) -> bytes | Failure:
        try:
            return self._imaging.file(picture, _LOCATED)
        except Failure as failure:
            return failure

    def _view(
        self, picture: Picture, file: bytes | Failure, answer: AnnotateImageResponse | Problem
    ) -> View | Problem:
        if isinstance(file, Failure):
            return file
        if isinstance(answer, Problem):
            return answer
        if refused := refusal(answer, self._features.safe_search):
            return refused
        box = largest_object(answer, self._min_score)
        if box is None:
            return View(file)
        try:
            return View(self._imaging.raster(picture, SENT_SIDE).part(box).jpeg(MAX_INLINE_BYTES), box)
        except Failure as failure:
            return failure
