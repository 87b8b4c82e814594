"""What of a picture Vision is to name: all of it, unless another `Look` says so."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

from shared.errors import Failure
from shared.imaging import FileLimits, Imaging, Picture
from shared.labeling.providers.google_vision.asking import MAX_INLINE_BYTES
from shared.labeling.providers.google_vision.errors import Problem
from shared.model import Crop

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


class Look(ABC):
    """Chooses what of each picture is named."""

    @abstractmethod
    def views(self, pictures: Sequence[Picture]) -> list[View | Problem]:
        """Return one view of each picture in order, or why there is none."""


class Whole(Look):
    """Takes pictures as they are, where Vision reads them."""

    def __init__(self, imaging: Imaging) -> None:
        self._imaging = imaging

    def views(self, pictures: Sequence[Picture]) -> list[View | Problem]:
        """See `Look`."""
        return list(map(self._view, pictures))

    def _view(self, picture: Picture) -> View | Problem:
        try:
            return View(self._imaging.file(picture, TAKES))
        except Failure as failure:
            return failure
