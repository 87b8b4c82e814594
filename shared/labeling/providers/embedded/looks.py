"""The way from a picture to what the network makes of it; recognizer and encoder share it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from weakref import WeakKeyDictionary

from shared.errors import Failure
from shared.imaging import Imaging, Picture, Raster, Resampling
from shared.labeling.local import Pixels, decoded, middle, pixels_of
from shared.labeling.providers.embedded.network import SIDE, Look, Network

CROP_MARGIN = 32
"""The crop is side / (side + 32) of the picture's short side: EfficientNet's own evaluation preprocessing."""


class Looks:
    """Runs pictures through the network; a raster once, whoever asks and however many at a time.

    Any number of threads may share it.
    """

    def __init__(self, network: Network, imaging: Imaging) -> None:
        self.network = network
        self._imaging = imaging
        self._known: WeakKeyDictionary[Raster, Future[Look]] = WeakKeyDictionary()
        self._lock = threading.Lock()

    def many(self, pictures: Sequence[Picture]) -> Iterator[Look | Failure]:
        """Yield what the network makes of each picture; raises `Misconfigured`."""
        if len(pictures) == 1 and pictures[0].raster is not None:
            yield self._once(pictures[0].raster)
            return
        for pixels in decoded(pictures, self._read):
            yield pixels if isinstance(pixels, Failure) else self.network.look(pixels)

    def _read(self, picture: Picture) -> Pixels:
        return square(self._imaging.raster(picture))

    def _once(self, raster: Raster) -> Look:
        with self._lock:
            if (known := self._known.get(raster)) is None:
                look = self._known[raster] = Future()
        if known is not None:
            return known.result()
        try:
            look.set_result(self.network.look(square(raster)))
        except BaseException as error:
            # A failure's traceback leads to the raster: kept here, it would keep the raster alive.
            with self._lock:
                del self._known[raster]
            look.set_exception(error)
            raise
        return look.result()


def square(raster: Raster) -> Pixels:
    """Return the middle of a picture as the network wants to see it, of shape [1, SIDE, SIDE, 3]."""
    crop = min(raster.size) * SIDE / (SIDE + CROP_MARGIN)
    # Hamming shrinks a third faster than bicubic, and labels are as good; it is not made to enlarge.
    resampling: Resampling = "hamming" if crop >= SIDE else "bicubic"
    return pixels_of(raster.resized(SIDE, SIDE, resampling, middle(raster, crop)))
