"""The encoder around a declared model: pictures are cut and scaled as it wants to see them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from shared.labeling import PictureLimits
from shared.labeling.decoding import Pixels, read_pixels
from shared.labeling.local import LocalEncoder
from shared.labeling.providers.onnx_file.declaration import Declaration
from shared.labeling.providers.onnx_file.tower import Tower


class OnnxEncoder(LocalEncoder):
    """Encodes pictures given as bytes."""

    name = "onnx"

    def __init__(self, encoder_id: str, limits: PictureLimits, tower: Tower) -> None:
        self.encoder_id = encoder_id
        self.dimensions = tower.dimensions
        self.limits = limits
        self._tower = tower

    def prepare(self) -> None:
        """Load the model and try it."""
        self._tower.load()

    def _read(self, content: bytes) -> Pixels:
        declared = self._tower.declared
        return read_pixels(content, self.limits, declared.side, lambda image: squared(image, declared))

    def _coordinates(self, pixels: Pixels) -> NDArray[np.floating]:
        return self._tower.coordinates(pixels)


def squared(image: Image.Image, declared: Declaration) -> Image.Image:
    """Return a picture of mode RGB or RGBA as the declared square."""
    size = (declared.side, declared.side)
    resampling = Image.Resampling[declared.resampling.upper()]
    match declared.resize:
        case "crop":
            return ImageOps.fit(image, size, resampling)
        case "pad":
            return ImageOps.pad(image, size, resampling, color="white")
        case "squash":
            return image.resize(size, resampling)
