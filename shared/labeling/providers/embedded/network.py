"""The network, its output with a picture's colors, and the encoder that reads both."""

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
from shared.labeling.providers.embedded import MARGIN, SIDE
from shared.labeling.providers.embedded.color import COLORS, color_coordinates
from shared.model import Vector

CLASSES, CHANNELS, DIRECTIONS = 1000, 1280, 224
"""ImageNet's classes, what the network tells them by, and the directions in which that tells most."""

COORDINATES = DIRECTIONS + COLORS
"""The length of a picture's vector."""

Floats = NDArray[np.floating]


class NetworkOutput(NamedTuple):
    """One run's output: the probability of each class, all channels, and their directions, best first."""

    probabilities: NDArray[np.float32]
    embedding: NDArray[np.float32]
    directions: NDArray[np.float32]


class Look(NamedTuple):
    """The looks of a photo: probabilities of classes, all that the network tells, and coordinates.

    Coordinates are of any length, 0 where the network sees nothing.
    """

    probabilities: NDArray[np.float32]
    embedding: NDArray[np.float32]
    coordinates: Floats


class EmbeddedNetwork:
    """EfficientNet-Lite1: a decoded picture in, a `NetworkOutput` out; loaded at the first picture.

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
        told = self._session.loaded().run(list(NetworkOutput._fields), {"picture": square})
        return NetworkOutput(*(each[0] for each in told))

    def _check(self, session: onnxruntime.InferenceSession) -> None:
        inputs = {each.name: each.shape for each in session.get_inputs()}
        outputs = {each.name: each.shape for each in session.get_outputs()}
        lengths = zip(NetworkOutput._fields, (CLASSES, CHANNELS, DIRECTIONS), strict=True)
        expected = {name: [1, length] for name, length in lengths}
        if inputs != {"picture": [1, SIDE, SIDE, 3]} or not expected.items() <= outputs.items():
            raise Misconfigured(
                "EMBEDDED_MODEL", f"{self._model} is another model ({inputs} -> {outputs}); run make setup"
            )


CROP = SIDE / (SIDE + MARGIN)
"""The part of a picture's short side that a photo is looked at by."""

WHOLE, CLOSE = 1.0, 0.7
"""The parts by which a product is looked at as well."""


def square(raster: Raster, part: float = CROP) -> Pixels:
    """Return the middle of a picture as the network wants to see it, of shape [1, SIDE, SIDE, 3]."""
    side = min(raster.size) * part
    # It shrinks in a third of bicubic's time, and labels and products are found as well.
    resampling: Resampling = "quick" if side >= SIDE else "bicubic"
    return pixels_of(raster.resized(SIDE, SIDE, resampling, middle(raster, side)))


def squares(raster: Raster) -> Sequence[Pixels]:
    """Return a product's picture in four views: that of a photo first, its mirror, farther and closer."""
    first = square(raster)
    mirrored = np.ascontiguousarray(first[:, :, ::-1])
    return first, mirrored, square(raster, WHOLE), square(raster, CLOSE)


class SharedRuns:
    """Runs pictures through the network; a raster once, whoever asks and however many at a time.

    Colors have the share `color_weight`, 0 to 1, of a vector's length squared. Any number of threads may
    share it.
    """

    def __init__(self, network: EmbeddedNetwork, imaging: Imaging, color_weight: float) -> None:
        self.network = network
        self._imaging = imaging
        self._color_weight = color_weight
        self._known: WeakKeyDictionary[Raster, Future[Look]] = WeakKeyDictionary()
        self._lock = threading.Lock()

    def many(self, pictures: Sequence[Picture]) -> Iterator[Look | Failure]:
        """Yield the looks of each photo; raises `Misconfigured`."""
        if len(pictures) == 1 and pictures[0].raster is not None:
            yield self._once(pictures[0].raster)
            return
        for pixels in decoded(pictures, lambda picture: square(self._imaging.raster(picture))):
            yield pixels if isinstance(pixels, Failure) else self._look(pixels)

    def products(self, pictures: Sequence[Picture]) -> Iterator[Floats | Failure]:
        """Yield the coordinates of each product's picture, by the mean direction of its views.

        Raises `Misconfigured`.
        """
        for views in decoded(pictures, lambda picture: squares(self._imaging.raster(picture))):
            if isinstance(views, Failure):
                yield views
            else:
                directions = [_unit(self.network.look(view).directions) for view in views]
                yield self._joined(np.sum(directions, axis=0), views[0])

    def _once(self, raster: Raster) -> Look:
        with self._lock:
            if (known := self._known.get(raster)) is None:
                look = self._known[raster] = Future()
        if known is not None:
            return known.result()
        try:
            look.set_result(self._look(square(raster)))
        except BaseException as error:
            # A failure's traceback leads to the raster: kept here, it would keep the raster alive.
            with self._lock:
                del self._known[raster]
            look.set_exception(error)
            del look
            raise
        return look.result()

    def _look(self, pixels: Pixels) -> Look:
        told = self.network.look(pixels)
        return Look(told.probabilities, told.embedding, self._joined(told.directions, pixels))

    def _joined(self, directions: Floats, pixels: Pixels) -> Floats:
        """Directions and colors, each at its share of the length."""
        unit = _unit(directions)
        if not np.isfinite(unit).all() or not unit.any():
            return np.zeros(COORDINATES)
        weight = self._color_weight
        return np.concatenate([np.sqrt(1 - weight) * unit, np.sqrt(weight) * color_coordinates(pixels)])


def _unit(directions: Floats) -> Floats:
    """The directions at unit length; zeros as they are."""
    return np.asarray(directions / (np.linalg.norm(directions) or 1.0))


class EmbeddedEncoder(LocalEncoder):
    """Encodes pictures; where the same network labels them too, a photo's raster is run through it once."""

    name = "embedded"
    dimensions = COORDINATES

    def __init__(self, encoder_id: str, looks: SharedRuns) -> None:
        self.encoder_id = encoder_id
        self._looks = looks

    def prepare(self) -> None:
        """Load the network."""
        self._looks.network.load()

    def encode_products(self, pictures: Sequence[Picture]) -> list[Vector | Failure]:
        """See `Encoder`: in four views."""
        return self._vectors(self._looks.products(pictures))

    def encode_whole(self, pictures: Sequence[Picture]) -> list[Vector | Failure]:
        """See `Encoder`: all channels, and no colors."""
        looks = self._looks.many(pictures)
        return self._vectors(each if isinstance(each, Failure) else each.embedding for each in looks)

    def _coordinates(self, pictures: Sequence[Picture]) -> Iterator[Floats | Failure]:
        for look in self._looks.many(pictures):
            yield look if isinstance(look, Failure) else look.coordinates
