"""The encoder around a declared model: pictures are cut and scaled as it wants to see them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from shared.errors import Failure
from shared.imaging import Imaging, Picture, Raster
from shared.labeling.local import LocalEncoder, Pixels, decoded, middle, pixels_of
from shared.labeling.providers.onnx.declaration import Declaration
from shared.labeling.providers.onnx.tower import Tower


class OnnxEncoder(LocalEncoder):
    """Encodes pictures with a tower."""

    name = "onnx"

    def __init__(self, encoder_id: str, tower: Tower, imaging: Imaging) -> None:
        self.encoder_id = encoder_id
        self.dimensions = tower.dimensions
        self._tower = tower
        self._imaging = imaging

    def prepare(self) -> None:
        """Load the model and try it."""
        self._tower.load()

    def _coordinates(self, pictures: Sequence[Picture]) -> Iterator[NDArray[np.floating] | Failure]:
        for pixels in decoded(pictures, self._read):
            yield pixels if isinstance(pixels, Failure) else self._tower.coordinates(pixels)

    def _read(self, picture: Picture) -> Pixels:
        return pixels_of(squared(self._imaging.raster(picture), self._tower.declared))


def squared(raster: Raster, declared: Declaration) -> Raster:
    """Return a picture as the declared square."""
    side = declared.side
    match declared.resize:
        case "crop":
            return raster.resized(side, side, declared.resampling, middle(raster, min(raster.size)))
        case "pad":
            return raster.padded(side, declared.resampling)
        case "squash":
            return raster.resized(side, side, declared.resampling)
