"""From Vision's answer about one picture to labels, or to the reason why there are none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING

from shared.errors import Permanent
from shared.imaging.colors import name_of, shade_of
from shared.labeling.providers.google_vision import SafeSearch, VisionReason
from shared.labeling.remote import box, clipped, tidied
from shared.model import LABEL, Crop, Label, Labels

if TYPE_CHECKING:
    from google.cloud.vision_v1 import AnnotateImageResponse, BoundingPoly, EntityAnnotation

TEXT_SCORE = 0.5
"""The score of a word, for which Vision gives none: as sure as the least sure label."""

MIN_COLOR_SHARE = 0.1
"""Of the picture's pixels; what covers less is a detail, a shadow or a reflection."""

_WORD_LENGTHS = range(2, 41)
"""Characters; shorter is noise, and longer no word."""

_LEAST_LIKELIHOOD: Mapping[SafeSearch, int] = {"possible": 3, "likely": 4, "very-likely": 5}
_UNSAFE = ("adult", "violence", "racy")

_PEOPLE = frozenset({"person", "man", "woman", "boy", "girl", "human body", "human face", "human head"})
"""Those who have the products on are no products."""


def refusal(answer: AnnotateImageResponse, safe_search: SafeSearch) -> Permanent | None:
    """The refusal of a picture that looks unsafe; None for one that may have labels."""
    if not safe_search:
        return None
    least, found = _LEAST_LIKELIHOOD[safe_search], answer.safe_search_annotation
    unsafe = ", ".join(kind for kind in _UNSAFE if getattr(found, kind) >= least)
    message = f"Vision finds the picture {safe_search} to show {unsafe}"
    return Permanent(VisionReason.UNSAFE, message) if unsafe else None


def labels_of(answer: AnnotateImageResponse, min_score: float, max_labels: int) -> Labels:
    """Everything the answer names, see `tidied`, scores in 0..1.

    At most `max_labels` of each kind. `min_score` is for labels, objects and logos: words have no score of
    their own, and a color's is the share of the picture that it covers.
    """
    kinds: tuple[Iterable[Label], ...] = (
        _entities(answer.label_annotations, LABEL, min_score),
        _objects(answer, min_score),
        _entities(answer.logo_annotations, "logo", min_score),
        _words(answer),
        _colors(answer),
    )
    return tidied(label for kind in kinds for label in tidied(kind)[:max_labels])


def largest_object(answer: AnnotateImageResponse, min_score: float) -> Crop | None:
    """The box of the largest object that is no person; None without any."""
    boxes = (
        label.box
        for label in _objects(answer, min_score)
        if label.box and label.name.casefold() not in _PEOPLE
    )
    return max(boxes, key=lambda each: each.width * each.height, default=None)


def _entities(annotations: Iterable[EntityAnnotation], kind: str, min_score: float) -> Iterator[Label]:
    for annotation in annotations:
        name = annotation.description.strip()
        if name and annotation.score >= min_score:
            yield Label(name, clipped(annotation.score), kind)


def _objects(answer: AnnotateImageResponse, min_score: float) -> Iterator[Label]:
    for found in answer.localized_object_annotations:
        name = found.name.strip()
        if name and found.score >= min_score:
            yield Label(name, clipped(found.score), "object", _box(found.bounding_poly))


def _box(outline: BoundingPoly) -> Crop | None:
    """The upright rectangle around an outline."""
    across = [corner.x for corner in outline.normalized_vertices] or [0.0]
    down = [corner.y for corner in outline.normalized_vertices] or [0.0]
    return box(min(across), min(down), max(across), max(down))


def _words(answer: AnnotateImageResponse) -> Iterator[Label]:
    """The words in the order of reading; the first annotation is the text as a whole."""
    for annotation in islice(answer.text_annotations, 1, None):
        word = annotation.description.strip()
        if len(word) in _WORD_LENGTHS and any(map(str.isalnum, word)):
            yield Label(word, TEXT_SCORE, "text")


def _colors(answer: AnnotateImageResponse) -> Iterator[Label]:
    shares: defaultdict[str, float] = defaultdict(float)
    for found in answer.image_properties_annotation.dominant_colors.colors:
        red, green, blue = map(round, (found.color.red, found.color.green, found.color.blue))
        shares[name_of(shade_of(red, green, blue))] += found.pixel_fraction
    for name, share in shares.items():
        if share >= MIN_COLOR_SHARE:
            yield Label(name, clipped(share), "color")
