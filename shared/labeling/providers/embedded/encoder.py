"""The embedded network as an encoder: its embedding, along the directions in which its classes differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from shared.errors import Failure
from shared.imaging import Picture
from shared.labeling.local import LocalEncoder
from shared.labeling.providers.embedded.looks import Looks
from shared.labeling.providers.embedded.network import COORDINATES


class EmbeddedEncoder(LocalEncoder):
    """Encodes pictures; where the same network labels them too, a raster is run through it once."""

    name = "embedded"
    dimensions = COORDINATES

    def __init__(self, encoder_id: str, looks: Looks) -> None:
        self.encoder_id = encoder_id
        self._looks = looks

    def prepare(self) -> None:
        """Load the network."""
        self._looks.network.load()

    def _coordinates(self, pictures: Sequence[Picture]) -> Iterator[NDArray[np.floating] | Failure]:
        for look in self._looks.many(pictures):
            yield look if isinstance(look, Failure) else look.coordinates
