from __future__ import annotations

from collections.abc import Sequence

from PIL import Image

from shared.errors import Failure
from shared.imaging import Picture
from shared.model import Labels
from tests.pictures import encoded
from tests.recognizers.services import SizeRecognizer


def look(contents: Sequence[bytes]) -> list[Labels | Failure]:
    return SizeRecognizer().label_many([Picture(content) for content in contents])


def png(width: int, height: int) -> bytes:
    return encoded(Image.new("RGB", (width, height)), "PNG")
