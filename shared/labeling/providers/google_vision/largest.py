"""The largest product in a picture, found by Vision and cut out on this machine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from shared.errors import Failure
from shared.imaging import SENT_SIDE, Imaging, Picture, Raster
from shared.labeling.providers.google_vision.answers import largest_object, refusal
from shared.labeling.providers.google_vision.asking import MAX_INLINE_BYTES, Asking
from shared.labeling.providers.google_vision.errors import Problem
from shared.labeling.providers.google_vision.features import Features
from shared.labeling.providers.google_vision.looking import Look, View

if TYPE_CHECKING:
    from google.cloud.vision_v1 import AnnotateImageResponse


class Largest(Look):
    """Asks where the objects are and cuts the largest out; a picture without any is taken whole."""

    def __init__(self, imaging: Imaging, asking: Asking, features: Features, min_score: float) -> None:
        self._imaging = imaging
        self._asking = asking
        self._features = features
        self._min_score = min_score

    def views(self, pictures: Sequence[Picture]) -> list[View | Problem]:
        """See `Look`."""
        rasters = list(map(self._raster, pictures))
        files = [each if isinstance(each, Failure) else _file(each) for each in rasters]
        located = self._asking.ask(files, self._features.locating())
        return [self._view(raster, answer) for raster, answer in zip(rasters, located, strict=True)]

    def _raster(self, picture: Picture) -> Raster | Failure:
        try:
            return self._imaging.raster(picture, SENT_SIDE)
        except Failure as failure:
            return failure

    def _view(self, raster: Raster | Failure, answer: AnnotateImageResponse | Problem) -> View | Problem:
        if isinstance(raster, Failure):
            return raster
        if isinstance(answer, Problem):
            return answer
        if refused := refusal(answer, self._features.safe_search):
            return refused
        box = largest_object(answer, self._min_score)
        return View(_file(raster if box is None else raster.part(box)), box)


def _file(raster: Raster) -> bytes:
    return raster.jpeg(MAX_INLINE_BYTES)
