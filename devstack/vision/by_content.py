"""Made-up labels, always the same for the same bytes: a recogniser that costs next to nothing.

Hardly any two pictures agree on a label and its score, so a record that shows another state than the bucket's
stands out.
"""

from __future__ import annotations

import hashlib
import io
import random
from collections.abc import Sequence

from PIL import Image

from shared.errors import Failure, Permanent
from shared.imaging import Picture
from shared.labeling import Labeler
from shared.model import Label, Labels

# Some differ in case only, as labels of different pictures may.
NAMES = (
    *("Boot", "Clothing", "clothing", "Coat", "Denim", "Dress", "Dress shirt", "Footwear", "footwear"),
    *("Furniture", "Glass", "Heel", "Knitwear", "Lace", "Lamp", "Leather", "Linen", "Rubber", "Rug"),
    *("Sandal", "Shelf", "Sneaker", "Steel", "Suede", "Table", "Wood", "Wool", "Größe", "Été", "椅子"),
)
LABELS_PER_PICTURE = 5
MAX_BYTES = 20_000_000

_FORMATS = ("BMP", "GIF", "ICO", "JPEG", "PNG", "TIFF", "WEBP")


class ContentLabeler(Labeler):
    """Draws names and scores from the SHA-256 of the bytes; refuses what Pillow cannot decode."""

    name = "by-content"
    recogniser_id = "by-content/1"

    def label_many(self, pictures: Sequence[Picture]) -> list[Labels | Failure]:
        """See `Labeler`; takes files only."""
        return [_label(picture.content or b"") for picture in pictures]


def _label(content: bytes) -> Labels | Permanent:
    if len(content) > MAX_BYTES:
        return Permanent("too-large", f"{len(content)} bytes are more than {MAX_BYTES}")
    try:
        with Image.open(io.BytesIO(content), formats=_FORMATS) as image:
            image.load()
    except Exception as error:  # noqa: BLE001 - Pillow has many words for a bad picture
        return Permanent("bad-picture", str(error))
    return _drawn(random.Random(hashlib.sha256(content).digest()))  # noqa: S311 - labels, no secret


def _drawn(chance: random.Random) -> Labels:
    unique = {name.casefold(): name for name in chance.sample(NAMES, LABELS_PER_PICTURE)}
    labels = [Label(name, chance.random()) for name in unique.values()]
    return tuple(sorted(labels, key=lambda label: -label.score))
