"""The largest product in a picture, found by Vision and cut out on this machine."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image

from shared.errors import Failure, Permanent
from shared.labeling.converting import fitting
from shared.labeling.limits import LOCAL_LIMITS
from shared.labeling.opening import upright
from shared.labeling.providers.google_vision.answers import largest_object, refusal
from shared.labeling.providers.google_vision.asking import MAX_INLINE_BYTES, Asking
from shared.labeling.providers.google_vision.errors import Problem
from shared.labeling.providers.google_vision.features import Features
from shared.labeling.providers.google_vision.looking import Look, View
from shared.model import Crop, Picture

if TYPE_CHECKING:
    from google.cloud.vision_v1 import AnnotateImageResponse

MAX_SIDE = 2_048
"""Pixels of what is sent: an object a third as wide still has the 640 x 480 that labels want."""

_QUALITY = 90


class Largest(Look):
    """Asks where the objects are and cuts the largest out; a picture without any is taken whole."""

    limits = LOCAL_LIMITS

    def __init__(self, asking: Asking, features: Features, *, min_score: float) -> None:
        self._asking = asking
        self._features = features
        self._min_score = min_score

    def views(self, pictures: Sequence[Picture]) -> list[View | Problem]:
        """See `Look`; a URI is answered with `Permanent("uri-not-supported")`."""
        fitted = list(map(_fitted, pictures))
        located = self._asking.ask(fitted, self._features.locating())
        return [self._view(picture, answer) for picture, answer in zip(fitted, located, strict=True)]

    def _view(self, picture: Picture | Failure, answer: AnnotateImageResponse | Problem) -> View | Problem:
        if isinstance(picture, Failure):
            return picture
        if isinstance(answer, Problem):
            return answer
        if refused := refusal(answer, self._features.safe_search):
            return refused
        box = largest_object(answer, self._min_score)
        try:
            return View(picture) if box is None else View(_part(picture, box), box)
        except Permanent as failure:
            return failure


def _fitted(picture: Picture) -> Picture | Failure:
    if picture.content is None:
        return Permanent("uri-not-supported", f"the largest object is cut out of bytes, not {picture.uri}")
    try:
        return Picture(fitting(picture.content, LOCAL_LIMITS.formats, MAX_INLINE_BYTES, MAX_SIDE))
    except Permanent as failure:
        return failure


def _part(picture: Picture, box: Crop) -> Picture:
    whole = upright(picture.content or b"", LOCAL_LIMITS, MAX_SIDE, Image.Image.copy)
    file = BytesIO()
    _cropped(whole, box).save(file, "JPEG", quality=_QUALITY)
    return Picture(file.getvalue())


def _cropped(image: Image.Image, box: Crop) -> Image.Image:
    """The pixels in the box, at least one."""
    left, right = _span(box.x, box.width, image.width)
    top, bottom = _span(box.y, box.height, image.height)
    return image.crop((left, top, right, bottom))


def _span(start: float, share: float, pixels: int) -> tuple[int, int]:
    first = min(int(start * pixels), pixels - 1)
    return first, max(first + 1, round((start + share) * pixels))
