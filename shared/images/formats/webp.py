"""WebP, lossy and lossless; the first frame of an animation."""

from __future__ import annotations

import io

from PIL.WebPImagePlugin import WebPImageFile

from shared.images.formats import exif
from shared.images.formats.source import Source, pixels_of, whole

_BYTES_PER_PIXEL = 14
"""libwebp's two canvases, its work space and the pixels handed out; measured 13.4 at most."""


class _OneFrame(WebPImageFile):
    """Lets go of the decoder, which holds two canvases, before Pillow makes room for the picture itself."""

    def load_prepare(self) -> None:
        self._decoder = None
        super().load_prepare()


def open_webp(content: bytes) -> Source:
    """Read the header."""
    image = _OneFrame(io.BytesIO(content))
    cost = 2 * len(content) + pixels_of(image) * _BYTES_PER_PIXEL
    upright = exif.orientation(image.info.get("exif", b""))
    return whole(image, cost, orientation=upright, frames=image.n_frames)
