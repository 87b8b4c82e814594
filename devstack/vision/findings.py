"""Labels as Vision has them, and what the stand-in finds beside them; always the same for the same bytes.

Objects are named like the labels, at places drawn from the bytes, as are logos and words: every other picture
has a second object, and a logo. Colours are the picture's own. One that is all `UNSAFE` counts as adult.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from typing import Any, Self

from google.cloud.vision_v1 import (
    BoundingPoly,
    ColorInfo,
    DominantColorsAnnotation,
    EntityAnnotation,
    Feature,
    ImageProperties,
    Likelihood,
    LocalizedObjectAnnotation,
    NormalizedVertex,
    SafeSearchAnnotation,
    Vertex,
)
from PIL import Image, ImageStat

from devstack.looking import confidence
from shared.model import Label, Labels

UNSAFE = (255, 0, 255)
BRANDS = ("Acme", "Globex", "Initech", "Umbrella")
WORDS = ("SALE", "new", "ORIGINAL", "Größe", "42")

_NEARLY = 8
"""What a lossy file may make of a colour, of 255."""

_SIDE = 64
_COLOURS = 10


@dataclass(frozen=True, slots=True)
class Sight:
    """A picture as it is looked at: its size in pixels, a small copy, the chance in its bytes, its labels."""

    size: tuple[int, int]
    small: Image.Image
    chance: bytes
    labels: Labels

    @classmethod
    def of(cls, content: bytes, labels: Labels) -> Self:
        """Look at a picture file that Pillow can decode."""
        with Image.open(BytesIO(content)) as image:
            small = image.convert("RGB").resize((_SIDE, _SIDE), Image.Resampling.BOX)
            return cls(image.size, small, hashlib.sha256(content).digest(), labels)

    @property
    def lucky(self) -> bool:
        """True for every other picture."""
        return self.chance[0] % 2 == 0


def annotation(label: Label) -> EntityAnnotation:
    """Vision's form of `label`; `mid` is made up, the same for the same name."""
    score = confidence(label.score)
    mid = "/m/0" + hashlib.sha256(label.name.casefold().encode()).hexdigest()[:6]
    return EntityAnnotation(mid=mid, description=label.name, score=score, topicality=score)


def findings(content: bytes, labels: Labels, features: Mapping[int, int]) -> dict[str, Any]:
    """Return the fields of an AnnotateImageResponse for `features`, each with the most results wanted."""
    finders = [(*_FINDERS[kind], most) for kind, most in features.items() if kind in _FINDERS]
    if not finders:
        return {}
    sight = Sight.of(content, labels)
    return {field: find(sight, most) for field, find, most in finders}


def _objects(sight: Sight, most: int) -> list[LocalizedObjectAnnotation]:
    count = min(most, 2 if sight.lucky else 1)
    return [
        LocalizedObjectAnnotation(
            name=label.name,
            score=annotation(label).score,
            bounding_poly=BoundingPoly(normalized_vertices=_corners(sight.chance[4 * number + 1 :])),
        )
        for number, label in enumerate(islice(sight.labels, count))
    ]


def _corners(chance: bytes) -> list[NormalizedVertex]:
    """A rectangle that is 0.3 to 0.6 of the picture wide and high."""
    left, top, width, height = (share / 255 for share in chance[:4])
    across = [0.4 * left, 0.4 * left + 0.3 + 0.3 * width]
    down = [0.4 * top, 0.4 * top + 0.3 + 0.3 * height]
    places = zip(across + across[::-1], [down[0]] * 2 + [down[1]] * 2, strict=True)
    return [NormalizedVertex(x=x, y=y) for x, y in places]


def _logos(sight: Sight, most: int) -> list[EntityAnnotation]:
    if not sight.lucky or not most:
        return []
    width, height = sight.size
    corners = [Vertex(x=x, y=y) for x, y in ((0, 0), (width // 4, 0), (width // 4, height // 4))]
    name = BRANDS[sight.chance[10] % len(BRANDS)]
    score = 0.5 + sight.chance[11] / 600
    return [EntityAnnotation(description=name, score=score, bounding_poly=BoundingPoly(vertices=corners))]


def _text(sight: Sight, _: int) -> list[EntityAnnotation]:
    """The text as a whole and then its words, as Vision has it; it counts no results here."""
    start = sight.chance[12] % len(WORDS)
    words = WORDS[start : start + 2]
    return [EntityAnnotation(description=text) for text in ("\n".join(words), *words)]


def _properties(sight: Sight, _: int) -> ImageProperties:
    few = sight.small.quantize(_COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    values = iter(few.getpalette() or ())
    shades = zip(few.histogram(), zip(values, values, values, strict=True), strict=False)
    colours = [_colour(shade, count) for count, shade in sorted(shades)[::-1] if count]
    return ImageProperties(dominant_colors=DominantColorsAnnotation(colors=colours))


def _colour(shade: Sequence[int], count: int) -> ColorInfo:
    share = count / _SIDE**2
    color = dict(zip(("red", "green", "blue"), shade, strict=True))
    return ColorInfo(color=color, score=share, pixel_fraction=share)


def _safety(sight: Sight, _: int) -> SafeSearchAnnotation:
    mean = ImageStat.Stat(sight.small).mean
    unsafe = all(abs(value - wanted) <= _NEARLY for value, wanted in zip(mean, UNSAFE, strict=True))
    calm = Likelihood.VERY_UNLIKELY
    adult = Likelihood.VERY_LIKELY if unsafe else calm
    return SafeSearchAnnotation(adult=adult, spoof=calm, medical=calm, violence=calm, racy=calm)


_FINDERS: Mapping[int, tuple[str, Callable[[Sight, int], Any]]] = {
    Feature.Type.OBJECT_LOCALIZATION: ("localized_object_annotations", _objects),
    Feature.Type.LOGO_DETECTION: ("logo_annotations", _logos),
    Feature.Type.TEXT_DETECTION: ("text_annotations", _text),
    Feature.Type.IMAGE_PROPERTIES: ("image_properties_annotation", _properties),
    Feature.Type.SAFE_SEARCH_DETECTION: ("safe_search_annotation", _safety),
}
