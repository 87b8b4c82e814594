"""The network itself: what it makes of one picture."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from shared.errors import Misconfigured
from shared.labeling.local import Pixels
from shared.labeling.session import Session

SIDE = 224
"""Side of the network's square input in pixels."""

CLASSES = 1000
"""ImageNet's."""

COORDINATES = 256
"""How many numbers say where a picture lies."""


class Look(NamedTuple):
    """What one run gives: the probability of each class, and where the picture lies, most telling first."""

    probabilities: NDArray[np.float32]
    coordinates: NDArray[np.float32]


class Network:
    """EfficientNet-Lite0: one decoded picture in, a `Look` out; the file is loaded at the first picture.

    Any number of threads may share a network.
    """

    def __init__(self, model: Path) -> None:
        self._model = model
        self._session = Session(model, self._check, setting="EMBEDDED_MODEL", advice="run make setup")

    def load(self) -> None:
        """Load the file now; raises `Misconfigured`."""
        self._session.loaded()

    def look(self, square: Pixels) -> Look:
        """Return what the network makes of 8-bit RGB of shape [1, SIDE, SIDE, 3].

        Raises `Misconfigured` when the file cannot be loaded or holds another kind of model.
        """
        probabilities, coordinates = self._session.loaded().run(list(Look._fields), {"picture": square})
        return Look(probabilities[0], coordinates[0])

    def _check(self, session: onnxruntime.InferenceSession) -> None:
        inputs = {each.name: each.shape for each in session.get_inputs()}
        outputs = {each.name: each.shape for each in session.get_outputs()}
        expected = {"probabilities": [1, CLASSES], "coordinates": [1, COORDINATES]}
        if inputs != {"picture": [1, SIDE, SIDE, 3]} or not expected.items() <= outputs.items():
            raise Misconfigured(
                "EMBEDDED_MODEL", f"{self._model} is another model ({inputs} -> {outputs}); run make setup"
            )
