"""The embedded network as an encoder: its embedding, along the directions in which its classes differ."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from shared.labeling import PictureLimits
from shared.labeling.decoding import Pixels
from shared.labeling.local import LocalEncoder
from shared.labeling.providers.embedded.decoding import read_square
from shared.labeling.providers.embedded.network import COORDINATES, SIDE, Network


class EmbeddedEncoder(LocalEncoder):
    """Encodes pictures given as bytes.

    Where the same network labels them too, each looks for itself: 12 ms a picture on one core and 36 MB more
    than one look for both, which `Network.look` can give, but would tie two ports together.
    """

    name = "embedded"
    dimensions = COORDINATES

    def __init__(self, encoder_id: str, limits: PictureLimits, network: Network) -> None:
        self.encoder_id = encoder_id
        self.limits = limits
        self._network = network

    def prepare(self) -> None:
        """Load the network."""
        self._network.load()

    def _read(self, content: bytes) -> Pixels:
        return read_square(content, SIDE, self.limits)

    def _coordinates(self, pixels: Pixels) -> NDArray[np.floating]:
        return self._network.coordinates(pixels)
