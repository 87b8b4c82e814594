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
from shared.labeling import Labeler, PictureLimits
from shared.model import Label, Labels, Picture

# Some differ in case only, as labels of different pictures may.
NAMES = (
    *("Boot", "Clothing", "clothing", "Coat", "Denim", "Dress", "Dress shirt", "Footwear", "footwear"),
    *("Furniture", "Glass", "Heel", "Knitwear", "Lace", "Lamp", "Leather", "Linen", "Rubber", "Rug"),
    *("Sandal", "Shelf", "Sneaker", "Steel", "Suede", "Table", "Wood", "Wool", "Größe", "Été", "椅子"),
)
LABELS_PER_PICTURE = 5


class ContentLabeler(Labeler):
    """Draws names and scores from the SHA-256 of the bytes; refuses what Pillow cannot decode."""

    name = "by-content"
    recogniser_id = "by-content/1"
    limits = PictureLimits(frozenset({"JPEG", "PNG"}), max_bytes=20_000_000, max_pixels=50_000_000)

    def label_many(self, pictures: Sequence[Picture]) -> list[Labels | Failure]:
        """See `Labeler`; takes bytes only."""
        return [_label(picture.content or b"") for picture in pictures]


def _label(content: bytes) -> Labels | Permanent:
    limits = ContentLabeler.limits
    if len(content) > limits.max_bytes:
        return Permanent("too-large", f"{len(content)} bytes are more than {limits.max_bytes}")
    try:
        with Image.open(io.BytesIO(content), formats=sorted(limits.formats)) as image:
            if image.width * image.height > limits.max_pixels:
                return Permanent("too-large", f"{image.width} x {image.height} pixels are too many")
            image.load()
    except (OSError, Image.DecompressionBombError) as error:
        return Permanent("bad-picture", str(error))
    return _drawn(random.Random(hashlib.sha256(content).digest()))  # noqa: S311 - labels, no secret


def _drawn(chance: random.Random) -> Labels:
    unique = {name.casefold(): name for name in chance.sample(NAMES, LABELS_PER_PICTURE)}
    labels = [Label(name, chance.random()) for name in unique.values()]
    return tuple(sorted(labels, key=lambda label: -label.score))
