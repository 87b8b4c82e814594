"""What of a picture Vision is to name: all of it, or the largest product, found by Vision and cut out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from shared.errors import Failure
from shared.imaging import SENT_SIDE, FileLimits, Imaging, Picture
from shared.labeling.providers.google_vision.answers import largest_object, refusal
from shared.labeling.providers.google_vision.asking import MAX_INLINE_BYTES, Asking
from shared.labeling.providers.google_vision.errors import Problem
from shared.labeling.providers.google_vision.features import Features
from shared.model import Crop

if TYPE_CHECKING:
    from google.cloud.vision_v1 import AnnotateImageResponse

TAKES = FileLimits(
    formats=frozenset({"JPEG", "PNG", "GIF", "BMP", "WebP", "ICO", "TIFF"}),
    max_bytes=MAX_INLINE_BYTES,
    turned=True,
)
"""What Vision reads, from its page "Supported images", in what a request holds."""


@dataclass(frozen=True, slots=True)
class View:
    """The file that is sent, and where in the shop's picture it lies; None for all of that picture."""

    file: bytes
    box: Crop | None = None


class Whole:
    """Takes pictures as they are, where Vision reads them."""

    def __init__(self, imaging: Imaging) -> None:
        self._imaging = imaging

    def views(self, pictures: Sequence[Picture]) -> list[View | Problem]:
        """Return one view of each picture in order, or why there is none."""
        return list(map(self._view, pictures))

    def _view(self, picture: Picture) -> View | Problem:
        file = _file(self._imaging, picture, TAKES)
        return file if isinstance(file, Failure) else View(file)


def _file(imaging: Imaging, picture: Picture, takes: FileLimits) -> bytes | Failure:
    try:
        return imaging.file(picture, takes)
    except Failure as failure:
        return failure


_LOCATED = replace(TAKES, formats=frozenset({"JPEG", "PNG"}), max_side=SENT_SIDE, turned=False)
"""Boxes are those of the upright picture, which is what is cut."""


class Largest:
    """Asks where the objects are and cuts the largest out; a picture without any is taken whole."""

    def __init__(self, imaging: Imaging, asking: Asking, features: Features, min_score: float) -> None:
        self._imaging = imaging
        self._asking = asking
        self._features = features
        self._min_score = min_score

    def views(self, pictures: Sequence[Picture]) -> list[View | Problem]:
        """See `Whole`."""
        files = [_file(self._imaging, picture, _LOCATED) for picture in pictures]
        located = self._asking.ask(files, self._features.locating())
        return list(map(self._view, pictures, files, located))

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


Look = Whole | Largest
"""Chooses what of each picture is named."""
