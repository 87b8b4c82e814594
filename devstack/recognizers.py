"""The recognizer behind a service's stand-in, the embedded one or made-up labels, and how sure it sounds."""

from __future__ import annotations

import argparse
import hashlib
import io
import math
import random
from collections.abc import Sequence

from PIL import Image

from shared.errors import Failure, Misconfigured, Permanent
from shared.imaging import Picture
from shared.labeling import Recognizer
from shared.labeling.provider import Wanted
from shared.labeling.providers import embedded
from shared.model import Label, Labels

# Some differ in case only, as labels of different pictures may.
NAMES = (
    *("Boot", "Clothing", "clothing", "Coat", "Denim", "Dress", "Dress shirt", "Footwear", "footwear"),
    *("Furniture", "Glass", "Heel", "Knitwear", "Lace", "Lamp", "Leather", "Linen", "Rubber", "Rug"),
    *("Sandal", "Shelf", "Sneaker", "Steel", "Suede", "Table", "Wood", "Wool", "Größe", "Été", "椅子"),
)
LABELS_PER_PICTURE = 5
MAX_BYTES = 20_000_000
LOWEST, HIGHEST = 0.5, 0.98

_FORMATS = ("BMP", "GIF", "ICO", "JPEG", "PNG", "TIFF", "WEBP")


def command_line(package: str, about: str | None) -> argparse.ArgumentParser:
    """The options of every stand-in: its recognizer, and the least time of an answer."""
    parser = argparse.ArgumentParser(prog=f"python -m {package}", description=about)
    parser.add_argument("--answer-ms", type=int, default=0, help="how long an answer takes at least")
    recognizer = parser.add_mutually_exclusive_group(required=True)
    recognizer.add_argument("--model", help="the embedded recognizer's ONNX file")
    recognizer.add_argument("--by-content", action="store_true", help="made-up labels, at no cost")
    return parser


def recognizer(parser: argparse.ArgumentParser, arguments: argparse.Namespace) -> Recognizer:
    """The recognizer that was chosen, loaded; ends the program where it is misconfigured."""
    try:
        return ContentRecognizer() if arguments.by_content else _loaded(arguments.model)
    except Misconfigured as error:
        parser.error(str(error))


def _loaded(model: str) -> Recognizer:
    recognizer = embedded.create(embedded.EmbeddedSettings.from_env({"EMBEDDED_MODEL": model}), Wanted())
    sample = io.BytesIO()
    Image.new("RGB", (64, 64), "gray").save(sample, "PNG")
    recognizer.label(Picture(sample.getvalue()))
    return recognizer


def confidence(probability: float) -> float:
    """A service's score where the recognizer has a probability of 0..1: the stand-ins' own choice.

    Vision's scores are no probabilities: in 96 answers recorded in public they run from 0.50 to 0.99 with a
    median of 0.73. The square root of a probability, moved into that range, keeps the order and has a median
    of 0.72 over the embedded model's labels for 114 photos of clothes. Nothing like that is known of the
    other services.
    """
    return LOWEST + (HIGHEST - LOWEST) * math.sqrt(probability)


class ContentRecognizer(Recognizer):
    """Draws names and scores from the SHA-256 of the bytes; refuses what Pillow cannot decode.

    Hardly any two pictures agree on a label and its score, so a record that shows another state than the
    bucket's stands out.
    """

    name = "by-content"
    recognizer_id = "by-content/1"

    def label_many(self, pictures: Sequence[Picture]) -> list[Labels | Failure]:
        """See `Recognizer`; takes files only."""
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
