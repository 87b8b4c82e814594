"""Pictures told apart by their size, and a recognizer that does so."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image

from shared.errors import Failure, Permanent
from shared.imaging import Picture
from shared.labeling import Recognizer
from shared.model import Label, Labels

KEYS = ("the-access-key", "the-secret-key")


class SizeRecognizer(Recognizer):
    """Names pictures by their format and size, so that an answer can be traced to what was sent."""

    name = "size"
    recognizer_id = "size"

    def label_many(self, pictures: Sequence[Picture]) -> list[Labels | Failure]:
        return [self._look(picture.content or b"") for picture in pictures]

    def _look(self, content: bytes) -> Labels | Failure:
        try:
            with Image.open(io.BytesIO(content)) as image:
                image.load()
                name = f"{image.format} {image.width} x {image.height}"
        except OSError as error:
            return Permanent("bad-picture", str(error))
        return Label(name, 1.0), Label("Round", 0.8, "shape"), *(Label(f"Filler {n}", 0.4) for n in range(9))
