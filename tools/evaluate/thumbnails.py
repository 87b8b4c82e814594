"""Pictures small enough to stand inside a page."""

from __future__ import annotations

import base64
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageOps

_SIDE = 144
_QUALITY = 60


@lru_cache(maxsize=512)
def thumbnail(picture: Path) -> str:
    """Return a `data:` address of the picture as a JPEG of at most `_SIDE` pixels a side, upright, on white.

    Raises what Pillow raises for a file that is none of its pictures.
    """
    with Image.open(picture) as image:
        image.draft("RGB", (2 * _SIDE, 2 * _SIDE))
        small = ImageOps.exif_transpose(image).convert("RGBA")
    small.thumbnail((_SIDE, _SIDE))
    ground = Image.alpha_composite(Image.new("RGBA", small.size, "white"), small).convert("RGB")
    file = BytesIO()
    ground.save(file, "JPEG", quality=_QUALITY, optimize=True)
    return f"data:image/jpeg;base64,{base64.b64encode(file.getvalue()).decode()}"
