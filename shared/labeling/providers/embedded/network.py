"""The network, its output, and the encoder that reads it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from shared.errors import Failure, Misconfigured
from shared.imaging import Imaging, Picture, Raster, Resampling
from shared.labeling.local import LocalEncoder, Pixels, Session, decoded, middle, pixels_of

SIDE = 224
"""Side of the network's square input in pixels."""

CLASSES = 1000
"""ImageNet's."""

COORDINATES = 256
"""The length of a picture's vector."""


class NetworkOutput(NamedTuple):
    """One run's output: the probability of each class, and the picture's coordinates, most telling first."""

    probabilities: NDArray[np.float32]
    coordinates: NDArray[np.float32]


class EmbeddedNetwork:
    """EfficientNet-Lite0: a decoded picture in, a `NetworkOutput` out; loaded at the first picture.

    Any number of threads may share a network.
    """

    def __init__(self, model: Path) -> None:
        self._model = model
        self._session = Session(model, self._check, setting="EMBEDDED_MODEL", advice="run make setup")

    def load(self) -> None:
        """Load the file now; raises `Misconfigured`."""
        self._session.loaded()

    def look(self, square: Pixels) -> NetworkOutput:
        """Return what the network makes of 8-bit RGB of shape [1, SIDE, SIDE, 3].

        Raises `Misconfigured` when the file cannot be loaded or holds another kind of model.
        """
        probabilities, coordinates = self._session.loaded().run(
            list(NetworkOutput._fields), {"picture": square}
        )
        return NetworkOutput(probabilities[0], coordinates[0])

    def _check(self, session: onnxruntime.InferenceSession) -> None:
        inputs = {each.name: each.shape for each in session.get_inputs()}
        outputs = {each.name: each.shape for each in session.get_outputs()}
        expected = {"probabilities": [1, CLASSES], "coordinates": [1, COORDINATES]}
        if inputs != {"picture": [1, SIDE, SIDE, 3]} or not expected.items() <= outputs.items():
            raise Misconfigured(
                "EMBEDDED_MODEL", f"{self._model} is another model ({inputs} -> {outputs}); run make setup"
            )


CROP_MARGIN = 32
"""The crop is side / (side + 32) of the picture's short side: EfficientNet's own evaluation preprocessing."""


class SharedRuns:
    """Runs pictures through the network; a raster once, whoever asks and however many at a time.

    Any number of threads may share it.
    """

    def __init__(self, network: EmbeddedNetwork, imaging: Imaging) -> None:
        self.network = network
        self._imaging = imaging
        self._known: WeakKeyDictionary[Raster, Future[NetworkOutput]] = WeakKeyDictionary()
        self._lock = threading.Lock()

    def many(self, pictures: Sequence[Picture]) -> Iterator[NetworkOutput | Failure]:
        """Yield what the network makes of each picture; raises `Misconfigured`."""
        if len(pictures) == 1 and pictures[0].raster is not None:
            yield self._once(pictures[0].raster)
            return
        for pixels in decoded(pictures, self._read):
            yield pixels if isinstance(pixels, Failure) else self.network.look(pixels)

    def _read(self, picture: Picture) -> Pixels:
        return square(self._imaging.raster(picture))

    def _once(self, raster: Raster) -> NetworkOutput:
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


class EmbeddedEncoder(LocalEncoder):
    """Encodes pictures; where the same network labels them too, a raster is run through it once."""

    name = "embedded"
    dimensions = COORDINATES

    def __init__(self, encoder_id: str, looks: SharedRuns) -> None:
        self.encoder_id = encoder_id
        self._looks = looks

    def prepare(self) -> None:
        """Load the network."""
        self._looks.network.load()

    def _coordinates(self, pictures: Sequence[Picture]) -> Iterator[NDArray[np.floating] | Failure]:
        for look in self._looks.many(pictures):
            yield look if isinstance(look, Failure) else look.coordinates
