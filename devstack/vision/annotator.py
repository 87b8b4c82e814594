"""The answer of Vision to a batch of pictures, labels and the stand-in's findings; knows no transport.

Findings are always the same for the same bytes. Objects are named like the labels, at places drawn from the
bytes, as are logos and words: every other picture has a second object, and a logo. Colors are the picture's
own. One that is all `UNSAFE` counts as adult.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from io import BytesIO
from itertools import islice
from typing import Any, Self

from google.cloud import vision_v1 as vision
from google.rpc.code_pb2 import INVALID_ARGUMENT, UNAVAILABLE
from google.rpc.status_pb2 import Status
from PIL import Image, ImageStat

from devstack.recognizers import confidence
from devstack.standins import Refused
from shared.errors import Failure, Permanent
from shared.model import Label, Labels

UNSAFE = (255, 0, 255)
BRANDS = ("Acme", "Globex", "Initech", "Umbrella")
WORDS = ("SALE", "new", "ORIGINAL", "Größe", "42")

_NEARLY = 8
"""The change of a color that a lossy file may make, of 255."""

_SIDE = 64
_COLORS = 10


@dataclass(frozen=True, slots=True)
class PictureTraits:
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


def annotation(label: Label) -> vision.EntityAnnotation:
    """Vision's form of `label`; `mid` is made up, the same for the same name."""
    score = confidence(label.score)
    mid = "/m/0" + hashlib.sha256(label.name.casefold().encode()).hexdigest()[:6]
    return vision.EntityAnnotation(mid=mid, description=label.name, score=score, topicality=score)


def findings(content: bytes, labels: Labels, features: Mapping[int, int]) -> dict[str, Any]:
    """Return the fields of an AnnotateImageResponse for `features`, each with the most results wanted."""
    finders = [(*_FINDERS[kind], most) for kind, most in features.items() if kind in _FINDERS]
    if not finders:
        return {}
    traits = PictureTraits.of(content, labels)
    return {field: find(traits, most) for field, find, most in finders}


def _objects(traits: PictureTraits, most: int) -> list[vision.LocalizedObjectAnnotation]:
    count = min(most, 2 if traits.lucky else 1)
    return [
        vision.LocalizedObjectAnnotation(
            name=label.name,
            score=annotation(label).score,
            bounding_poly=vision.BoundingPoly(normalized_vertices=_corners(traits.chance[4 * number + 1 :])),
        )
        for number, label in enumerate(islice(traits.labels, count))
    ]


def _corners(chance: bytes) -> list[vision.NormalizedVertex]:
    """A rectangle that is 0.3 to 0.6 of the picture wide and high."""
    left, top, width, height = (share / 255 for share in chance[:4])
    across = [0.4 * left, 0.4 * left + 0.3 + 0.3 * width]
    down = [0.4 * top, 0.4 * top + 0.3 + 0.3 * height]
    places = zip(across + across[::-1], [down[0]] * 2 + [down[1]] * 2, strict=True)
    return [vision.NormalizedVertex(x=x, y=y) for x, y in places]


def _logos(traits: PictureTraits, most: int) -> list[vision.EntityAnnotation]:
    if not traits.lucky or not most:
        return []
    width, height = traits.size
    corners = [vision.Vertex(x=x, y=y) for x, y in ((0, 0), (width // 4, 0), (width // 4, height // 4))]
    name = BRANDS[traits.chance[10] % len(BRANDS)]
    score = 0.5 + traits.chance[11] / 600
    return [
        vision.EntityAnnotation(
            description=name, score=score, bounding_poly=vision.BoundingPoly(vertices=corners)
        )
    ]


def _text(traits: PictureTraits, _: int) -> list[vision.EntityAnnotation]:
    """The text as a whole and then its words, as Vision has it; it counts no results here."""
    start = traits.chance[12] % len(WORDS)
    words = WORDS[start : start + 2]
    return [vision.EntityAnnotation(description=text) for text in ("\n".join(words), *words)]


def _properties(traits: PictureTraits, _: int) -> vision.ImageProperties:
    few = traits.small.quantize(_COLORS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    values = iter(few.getpalette() or ())
    shades = zip(few.histogram(), zip(values, values, values, strict=True), strict=False)
    colors = [_color(shade, count) for count, shade in sorted(shades)[::-1] if count]
    return vision.ImageProperties(dominant_colors=vision.DominantColorsAnnotation(colors=colors))


def _color(shade: Sequence[int], count: int) -> vision.ColorInfo:
    share = count / _SIDE**2
    color = dict(zip(("red", "green", "blue"), shade, strict=True))
    return vision.ColorInfo(color=color, score=share, pixel_fraction=share)


def _safety(traits: PictureTraits, _: int) -> vision.SafeSearchAnnotation:
    mean = ImageStat.Stat(traits.small).mean
    unsafe = all(abs(value - wanted) <= _NEARLY for value, wanted in zip(mean, UNSAFE, strict=True))
    calm = vision.Likelihood.VERY_UNLIKELY
    adult = vision.Likelihood.VERY_LIKELY if unsafe else calm
    return vision.SafeSearchAnnotation(adult=adult, spoof=calm, medical=calm, violence=calm, racy=calm)


_FINDERS: Mapping[int, tuple[str, Callable[[PictureTraits, int], Any]]] = {
    vision.Feature.Type.OBJECT_LOCALIZATION: ("localized_object_annotations", _objects),
    vision.Feature.Type.LOGO_DETECTION: ("logo_annotations", _logos),
    vision.Feature.Type.TEXT_DETECTION: ("text_annotations", _text),
    vision.Feature.Type.IMAGE_PROPERTIES: ("image_properties_annotation", _properties),
    vision.Feature.Type.SAFE_SEARCH_DETECTION: ("safe_search_annotation", _safety),
}


MAX_BATCH = 16
MAX_FILE_BYTES = 20_000_000
DEFAULT_MAX_RESULTS = 10


LabelAll = Callable[[Sequence[bytes]], Sequence[Labels | Failure]]


def annotate(
    request: vision.BatchAnnotateImagesRequest, label_all: LabelAll
) -> vision.BatchAnnotateImagesResponse:
    """Answer each picture in order as it is looked at, its own error inside; no address is reached.

    Raises `Refused` for too many of them.
    """
    if len(request.requests) > MAX_BATCH:
        raise Refused(
            HTTPStatus.BAD_REQUEST,
            f"Too many images per request: {len(request.requests)}, at most {MAX_BATCH}.",
        )
    contents = [_content(one) for one in request.requests]
    outcomes = iter(label_all([one for one in contents if isinstance(one, bytes)]))
    responses = [
        vision.AnnotateImageResponse(error=content)
        if isinstance(content, Status)
        else _response(content, next(outcomes), _wanted(one.features))
        for one, content in zip(request.requests, contents, strict=True)
    ]
    return vision.BatchAnnotateImagesResponse(responses=responses)


def _content(request: vision.AnnotateImageRequest) -> bytes | Status:
    content: bytes = request.image.content
    source = request.image.source
    if not request.features or not (content or source.image_uri or source.gcs_image_uri):
        return Status(code=INVALID_ARGUMENT, message="Request must specify image and features.")
    if not content:
        unreachable = "We can not access the URL currently. Please download the content and pass it in."
        return Status(code=UNAVAILABLE, message=unreachable)
    return _bad_picture() if len(content) > MAX_FILE_BYTES else content


def _bad_picture() -> Status:
    return Status(code=INVALID_ARGUMENT, message="Bad image data.")


def _response(
    content: bytes, outcome: Labels | Failure, wanted: Mapping[int, int]
) -> vision.AnnotateImageResponse:
    if isinstance(outcome, Permanent):
        return vision.AnnotateImageResponse(error=_bad_picture())
    if isinstance(outcome, Failure):
        return vision.AnnotateImageResponse(error=Status(code=UNAVAILABLE, message=str(outcome)))
    labels = outcome[: wanted.get(vision.Feature.Type.LABEL_DETECTION, 0)]
    return vision.AnnotateImageResponse(
        label_annotations=[annotation(label) for label in labels], **findings(content, outcome, wanted)
    )


def _wanted(features: Iterable[vision.Feature]) -> dict[int, int]:
    """The most results of each type that the features ask for."""
    wanted: dict[int, int] = {}
    for feature in features:
        most = feature.max_results or DEFAULT_MAX_RESULTS
        wanted[feature.type_] = max(most, wanted.get(feature.type_, 0))
    return wanted
